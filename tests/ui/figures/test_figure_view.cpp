// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/figure_view.h"

#include "figures/equation_figure.h"
#include "figures/figure_export.h"
#include "figures/head_grid_figure.h"
#include "figures/heatmap_figure.h"
#include "support_figures.h"

#include <QAccessible>
#include <QAction>
#include <QMainWindow>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <cmath>
#include <limits>

using namespace headlight;

class TestFigureView : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void hoveringTellsTheCell();
    void clickingPutsTheCursor();
    void arrowsMoveTheCursor();
    void arrowsAreTheWindowsWithoutACursor();
    void windowsFollowTheCursor();
    void zoomKeepsThePlaceUnderTheMouse();
    void hoversRepaintOnlyTheHighlight();
    void speaksOfTheCell();
    void isATableToAScreenReader();
    void marksHaveALegend();
    void worksWithoutAFigure();

private:
    [[nodiscard]] QPoint centre(const Cell& cell) const
    {
        return m_figure->cellRect({m_ref, cell}, m_view->figureArea(), m_view->figureStyle())
            .center()
            .toPoint();
    }
    FigureSource m_source;
    TensorRef m_ref;
    std::shared_ptr<EquationFigure> m_figure;
    std::unique_ptr<FigureView> m_view;
};

void TestFigureView::initTestCase()
{
    m_source = test::sourceOf("stories260k");
    m_ref = m_source.trace.program().find("blocks.1.attn.hook_qk");
}

void TestFigureView::init()
{
    auto figure = EquationFigure::make(m_source, m_ref.index, {{{"head", 3}}, {}, true});
    QVERIFY(figure.has_value());
    m_figure = std::move(*figure);
    m_view = std::make_unique<FigureView>();
    m_view->setFigureStyle(test::pinned(FigureStyle::light()));
    m_view->resize(900, 520);
    m_view->setFigure(m_figure);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

void TestFigureView::hoveringTellsTheCell()
{
    QSignalSpy hovered(m_view.get(), &FigureView::cellHovered);
    QTest::mouseMove(m_view.get(), centre({3, 2, 1}));
    QTRY_COMPARE(hovered.size(), 1);
    QCOMPARE(hovered.back()[0].value<std::optional<CellRef>>(), std::optional<CellRef>({m_ref, {3, 2, 1}}));
    QTest::mouseMove(m_view.get(), centre({3, 2, 1}) + QPoint(1, 1)); // the same cell
    QTest::mouseMove(m_view.get(), QPoint(1, 1));
    QTRY_COMPARE(hovered.size(), 2);
    QVERIFY(!hovered.back()[0].value<std::optional<CellRef>>());
}

void TestFigureView::clickingPutsTheCursor()
{
    QSignalSpy clicked(m_view.get(), &FigureView::cellClicked),
        activated(m_view.get(), &FigureView::cellActivated);
    QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, centre({3, 4, 4}));
    QCOMPARE(clicked.size(), 1);
    QCOMPARE(m_view->cursor(), std::optional<CellRef>({m_ref, {3, 4, 4}}));
    QTest::mouseDClick(m_view.get(), Qt::LeftButton, {}, centre({3, 4, 4}));
    QVERIFY(!activated.isEmpty());
}

void TestFigureView::arrowsMoveTheCursor()
{
    m_view->clearFocus();
    m_view->setFocus(Qt::TabFocusReason);
    QVERIFY(QTest::qWaitFor([&] { return m_view->hasFocus(); }));
    QCOMPARE(m_view->cursor(), std::optional<CellRef>({m_ref, {3, 0, 0}}));
    QSignalSpy hovered(m_view.get(), &FigureView::cellHovered),
        activated(m_view.get(), &FigureView::cellActivated);
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QCOMPARE(m_view->cursor(), std::optional<CellRef>({m_ref, {3, 2, 1}}));
    QCOMPARE(hovered.size(), 3);
    QTest::keyClick(m_view.get(), Qt::Key_Home);
    QCOMPARE(m_view->cursor(), std::optional<CellRef>({m_ref, {3, 2, 0}}));
    QTest::keyClick(m_view.get(), Qt::Key_End, Qt::ControlModifier);
    const std::int64_t last = (*m_source.trace.tensor(m_ref))->size(1) - 1;
    QCOMPARE(m_view->cursor(), std::optional<CellRef>({m_ref, {3, last, last}}));
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QCOMPARE(m_view->cursor(), std::optional<CellRef>({m_ref, {3, last, last}}));
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    QCOMPARE(activated.size(), 1);
    QTest::keyClick(m_view.get(), Qt::Key_Escape);
    QVERIFY(!m_view->cursor());
}

void TestFigureView::arrowsAreTheWindowsWithoutACursor()
{
    // A shortcut on the arrow key steps through the program, but not while the cursor is in a figure.
    QMainWindow window;
    auto* view = new FigureView;
    window.setCentralWidget(view);
    view->setFigure(m_figure);
    QAction step;
    step.setShortcut(Qt::Key_Right);
    window.addAction(&step);
    QSignalSpy stepped(&step, &QAction::triggered);
    window.resize(800, 500);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    view->setFocus(Qt::OtherFocusReason);
    QTest::keyClick(view, Qt::Key_Right);
    QCOMPARE(stepped.size(), 1);
    view->setCursorCell(CellRef{m_ref, {3, 0, 0}});
    QTest::keyClick(view, Qt::Key_Right);
    QCOMPARE(stepped.size(), 1);
    QCOMPARE(view->cursor(), std::optional<CellRef>({m_ref, {3, 0, 1}}));
    QTest::keyClick(view, Qt::Key_Escape);
    QTest::keyClick(view, Qt::Key_Right);
    QCOMPARE(stepped.size(), 2);
}

void TestFigureView::windowsFollowTheCursor()
{
    const FigureSource bert = test::sourceOf("kjv-bert");
    const TensorRef logits = bert.trace.program().find("hook_logits");
    const std::shared_ptr<EquationFigure> figure = std::move(*EquationFigure::make(bert, logits.index));
    m_view->setFigure(figure);
    m_view->setCursorCell(CellRef{logits, {0, 0}});
    m_view->setFocus();
    for (int i = 0; i < 60; ++i)
        QTest::keyClick(m_view.get(), Qt::Key_Right, Qt::ControlModifier);
    QCOMPARE(m_view->cursor(), std::optional<CellRef>({logits, {0, 600}}));
    QVERIFY(!figure->cellRect(*m_view->cursor(), m_view->figureArea(), m_view->figureStyle()).isEmpty());
}

void TestFigureView::zoomKeepsThePlaceUnderTheMouse()
{
    QSignalSpy zoomed(m_view.get(), &FigureView::zoomChanged);
    const QPoint at(300, 200);
    QWheelEvent wheel(QPointF(at), m_view->mapToGlobal(QPointF(at)), {}, {0, 120}, Qt::NoButton,
                      Qt::ControlModifier, Qt::NoScrollPhase, false);
    for (int i = 0; i < 6; ++i)
        QCoreApplication::sendEvent(m_view.get(), &wheel);
    QCOMPARE(zoomed.size(), 6);
    QVERIFY(m_view->zoom() > 2.5);
    const QRectF area = m_view->figureArea();
    QVERIFY(std::abs((300 - area.left()) / area.width() - 300.0 / 900) < 0.01);
    // It pans, but never beyond the figure's edge.
    QTest::mousePress(m_view.get(), Qt::LeftButton, {}, at);
    QTest::mouseMove(m_view.get(), at + QPoint(20, 0));
    QTest::mouseMove(m_view.get(), at + QPoint(5000, 5000));
    QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, at + QPoint(5000, 5000));
    QVERIFY(m_view->figureArea().contains(QRectF(m_view->rect())));
    m_view->setZoom(1);
    QCOMPARE(m_view->figureArea(), QRectF(m_view->rect()));
}

void TestFigureView::hoversRepaintOnlyTheHighlight()
{
    /// Counts how often the whole is painted.
    class Counting final : public Figure
    {
    public:
        explicit Counting(const Figure& figure)
            : m_inner(figure)
        {
        }
        QSizeF preferredSize(const FigureStyle& s) const override { return m_inner.preferredSize(s); }
        void paint(QPainter& p, const QRectF& a, const FigureStyle& s, const Highlight& h) const override
        {
            ++whole;
            m_inner.paint(p, a, s, h);
        }
        void paintHighlight(QPainter& p, const QRectF& a, const FigureStyle& s,
                            const Highlight& h) const override
        {
            ++highlights;
            m_inner.paintHighlight(p, a, s, h);
        }
        std::optional<CellRef> cellAt(const QPointF& p, const QRectF& a, const FigureStyle& s) const override
        {
            return m_inner.cellAt(p, a, s);
        }
        QRectF cellRect(const CellRef& c, const QRectF& a, const FigureStyle& s) const override
        {
            return m_inner.cellRect(c, a, s);
        }
        TensorRef mainTensor() const override { return m_inner.mainTensor(); }
        std::optional<CellRef> moved(const std::optional<CellRef>& c, int r, int d) const override
        {
            return m_inner.moved(c, r, d);
        }
        QString title() const override { return m_inner.title(); }
        QString describeCell(const CellRef& c) const override { return m_inner.describeCell(c); }
        FigureData data() const override { return m_inner.data(); }
        mutable int whole = 0, highlights = 0;

    private:
        const Figure& m_inner;
    };
    const auto counting = std::make_shared<Counting>(*m_figure);
    m_view->setFigure(counting);
    m_view->repaint();
    const int before = counting->whole;
    for (std::int64_t i = 0; i < 5; ++i) {
        m_view->setHighlight(highlightOf(m_source.trace, {m_ref, {3, i, 0}}));
        m_view->repaint();
    }
    QCOMPARE(counting->whole, before);
    QVERIFY(counting->highlights >= 5);
    m_view->resize(700, 400);
    m_view->repaint();
    QVERIFY(counting->whole > before);
}

void TestFigureView::speaksOfTheCell()
{
    QVERIFY(m_view->accessibleName().contains(QLatin1String("head 3")));
    m_view->setCursorCell(CellRef{m_ref, {3, 1, 0}});
    const float value = (*m_source.trace.tensor(m_ref))->at({3, 1, 0});
    QVERIFY(m_view->accessibleDescription().contains(QStringLiteral(" → ")));
    QVERIFY(m_view->accessibleDescription().contains(
        QString::number(static_cast<double>(value), 'g', 6).replace(QLatin1Char('-'), QChar(0x2212))));
}

void TestFigureView::isATableToAScreenReader()
{
    QAccessible::setActive(true);
    QAccessibleInterface* view = QAccessible::queryAccessibleInterface(m_view.get());
    QVERIFY(view);
    QCOMPARE(view->role(), QAccessible::Table);
    QVERIFY(view->text(QAccessible::Name).contains(QLatin1String("head 3")));
    QAccessibleTableInterface* table = view->tableInterface();
    QVERIFY(table);
    const TensorSlice& result = m_figure->result();
    QCOMPARE(table->rowCount(), static_cast<int>(result.rows()));
    QCOMPARE(table->columnCount(), static_cast<int>(result.columns()));
    QCOMPARE(table->rowDescription(1), m_source.label(*result.rowAxis(), 1));
    QAccessibleInterface* cell = table->cellAt(2, 1);
    QVERIFY(cell && cell->tableCellInterface());
    QCOMPARE(cell->text(QAccessible::Name), m_figure->describeCell({m_ref, {3, 2, 1}}));
    QCOMPARE(cell->tableCellInterface()->rowIndex(), 2);
    QVERIFY(!cell->rect().isEmpty());
    QCOMPARE(view->childAt(cell->rect().center().x(), cell->rect().center().y()), cell);
    QCOMPARE(view->child(view->indexOfChild(cell)), cell);
    QVERIFY(!cell->state().selected);
    m_view->setFocus();
    m_view->setCursorCell(CellRef{m_ref, {3, 2, 1}});
    QVERIFY(cell->state().selected);
    QCOMPARE(view->focusChild(), cell);
    QCOMPARE(view->text(QAccessible::Value), m_figure->describeCell({m_ref, {3, 2, 1}}));
    // Another head is another table.
    auto other = EquationFigure::make(m_source, m_ref.index, {{{"head", 4}}, {}, true});
    QVERIFY(other.has_value());
    const std::shared_ptr<EquationFigure> shown = std::move(*other);
    m_view->setFigure(shown);
    QCOMPARE(table->cellAt(2, 1)->text(QAccessible::Name), shown->describeCell({m_ref, {4, 2, 1}}));
    QAccessible::setActive(false);
}

void TestFigureView::marksHaveALegend()
{
    const float infinity = std::numeric_limits<float>::infinity();
    const auto tensor =
        std::make_shared<const Tensor>(Axes{named("row", 2), named("column", 3)},
                                       std::vector<float>{0, 1, infinity, -infinity, std::nanf(""), 2});
    const auto figure = HeatmapFigure::of(m_source, tensor, QStringLiteral("marks"));
    const FigureStyle style = test::pinned(FigureStyle::light());
    const QSize size(500, 400);
    const QImage image = test::painted(*figure, size, style);
    const ColorScale scale(figure->range(), {}, style);
    const auto at = [&](const Cell& cell) {
        const QRectF where = figure->cellRect({{}, cell}, QRectF(QPointF(0, 0), size), style);
        return image.pixel((where.topLeft() + QPointF(3, 2)).toPoint());
    };
    QCOMPARE(at({1, 1}), scale.special(SpecialValue::NaN));
    QCOMPARE(at({0, 2}), scale.special(SpecialValue::Infinite));
    QVERIFY(at({0, 1}) != scale.special(SpecialValue::NaN));
    const QByteArray svg = exportFigure(*figure, ExportFormat::Svg, style).value();
    for (const char* word : {"masked", "NaN", "∞"})
        QVERIFY2(svg.contains(word), word);
    const auto plain =
        std::make_shared<const Tensor>(Axes{named("row", 1), named("column", 2)}, std::vector<float>{0, 1});
    const QByteArray without =
        exportFigure(*HeatmapFigure::of(m_source, plain, QStringLiteral("plain")), ExportFormat::Svg, style)
            .value();
    QVERIFY2(!without.contains("masked") && !without.contains("NaN"),
             "a legend where there is nothing to explain");
}

void TestFigureView::worksWithoutAFigure()
{
    m_view->setPlaceholder(QStringLiteral("Run to this step to see it"));
    m_view->setFigure(nullptr);
    QTest::mouseMove(m_view.get(), QPoint(50, 50));
    QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, QPoint(50, 50));
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    m_view->repaint();
    QCOMPARE(m_view->accessibleName(), QStringLiteral("Run to this step to see it"));
}

QTEST_MAIN(TestFigureView)
#include "test_figure_view.moc"
