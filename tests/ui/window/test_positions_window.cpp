// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The positional lab in the real window: encodings, curves, likeness, dials, other encodings in their place.

#include "figures/dial_figure.h"
#include "figures/position_row_figure.h"
#include "figures/positions_figure.h"
#include "window_fixture.h"

#include <QComboBox>
#include <QSlider>
#include <QSpinBox>
#include <QToolButton>

using namespace headlight;
using namespace headlight::test;

namespace {

template <class Widget>
Widget* found(WindowFixture& f, const char* name)
{
    return f.window->positions().findChild<Widget*>(name);
}

bool choose(QComboBox* box, const QString& text)
{
    const int index = box->findText(text);
    if (index < 0)
        return false;
    box->setCurrentIndex(index);
    emit box->activated(index);
    return true;
}

/// Opens the lab on a model.
bool showLab(WindowFixture& f, const QString& model, const QString& text = {})
{
    f.window->tabs().setCurrentWidget(&f.window->positions());
    return f.open(model, text);
}

template <class Kind>
const Kind* figure(const FigureView& view)
{
    return dynamic_cast<const Kind*>(view.figure());
}

/// Waits for the run on the other side.
template <class Kind>
bool effectIs(WindowFixture& f)
{
    return QTest::qWaitFor([&] { return figure<Kind>(f.window->positions().effect()) != nullptr; }, patience);
}

QPoint middleOf(const FigureView& view, const CellRef& cell)
{
    return view.figure()->cellRect(cell, view.figureArea(), view.figureStyle()).center().toPoint();
}

} // namespace

class TestPositionsWindow : public QObject
{
    Q_OBJECT
private slots:
    void curvesComeAndGo()
    {
        WindowFixture f;
        QVERIFY(showLab(f, "shakespeare-char", "To be, or not to be"));
        FigureView& view = f.window->positions().view();
        const auto curves = [&] { return figure<PositionsFigure>(view)->curves(); };
        auto* encodings = found<QComboBox>(f, "positionsEncoding");
        QVERIFY(encodings->count() >= 3);
        QVERIFY(choose(encodings, "Learned positions of this input"));
        const auto before = curves();
        QCOMPARE(before.size(), std::size_t(4));
        // A row without a curve; what is at its pixel, since many dimensions share a low picture.
        std::optional<CellRef> cell;
        std::int64_t row = -1;
        for (std::int64_t d = 0; row < 0 || std::find(before.begin(), before.end(), row) != before.end();
             ++d) {
            const QPoint at = middleOf(view, {figure<PositionsFigure>(view)->mainTensor(), {3, d}});
            cell = view.figure()->cellAt(at, view.figureArea(), view.figureStyle());
            row = cell ? *figure<PositionsFigure>(view)->rowOf(*cell) : -1;
        }
        QTest::mouseClick(&view, Qt::LeftButton, {}, middleOf(view, *cell));
        QCOMPARE(curves().size(), std::size_t(5));
        QCOMPARE(curves().back(), row);
        // With the keyboard: down one row, Return; the cursor stays.
        view.setFocus(Qt::TabFocusReason);
        view.setCursorCell(cell);
        f.key(Qt::Key_Return);
        QCOMPARE(curves(), before);
        f.key(Qt::Key_Return);
        QCOMPARE(curves().back(), row);
        // A colour that became free is the next one's.
        QCOMPARE(toggledCurve(toggledCurve({1, 2, 3}, 2), 9), (std::vector<std::int64_t>{1, 9, 3}));
        QCOMPARE(toggledCurve({1, 2, 3}, 3), (std::vector<std::int64_t>{1, 2}));
        // They belong to the encoding: another has its own, and these come back.
        QVERIFY(choose(encodings, "Learned positions"));
        QCOMPARE(curves().size(), std::size_t(4));
        QVERIFY(choose(encodings, "Learned positions of this input"));
        QCOMPARE(curves().back(), row);
        // To the step that makes it.
        QTest::mouseClick(found<QToolButton>(f, "positionsStep"), Qt::LeftButton);
        QCOMPARE(f.hook(), QString("hook_pos_embed"));
    }

    void positionsAreCompared()
    {
        WindowFixture f;
        QVERIFY(showLab(f, "kjv-bert"));
        FigureView& view = f.window->positions().view();
        QVERIFY(choose(found<QComboBox>(f, "positionsPicture"), "similarity"));
        const auto shown = [&](double expected) {
            return QTest::qWaitFor(
                [&] {
                    const auto* one = figure<PositionsFigure>(view);
                    const TensorPtr t = one ? one->data().tensor : nullptr;
                    return t && t->size(0) == t->size(1) && std::abs(double(t->at({2, 2})) - expected) < 1e-5;
                },
                patience);
        };
        auto* likeness = found<QComboBox>(f, "positionsLikeness");
        QVERIFY(likeness->isVisible());
        QVERIFY(choose(likeness, "cosine"));
        QVERIFY(shown(1));
        const auto words = view.figure()->describeCell({{}, {5, 2}});
        QVERIFY2(words.contains("offset 3"), qPrintable(words));
        QVERIFY(choose(found<QComboBox>(f, "positionsPicture"), "values and curves"));
        QVERIFY(!likeness->isVisible());
    }

    void dialsAreTurnedByKeyboard()
    {
        WindowFixture f;
        QVERIFY(showLab(f, "stories260k"));
        QVERIFY(choose(found<QComboBox>(f, "positionsPicture"), "rotating pairs"));
        FigureView& view = f.window->positions().view();
        const auto* dial = figure<DialFigure>(view);
        QVERIFY(dial);
        // What stands in the run: q · k of the selected head, query and key, before it is scaled.
        const AttentionLayer& layer =
            f.session.model()->program->attention[std::size_t(f.window->selection().attention())];
        const TensorPtr qk = *f.session.trace().tensor(layer.name + ".hook_qk");
        const double stored =
            qk->at({f.window->selection().head(), dial->position(), dial->position() - dial->offset()});
        QVERIFY(std::abs(dial->score() - stored) < 1e-4 * (1 + std::abs(stored)));
        auto *position = found<QSlider>(f, "positionsTurn"), *offset = found<QSlider>(f, "positionsOffset");
        QVERIFY(position->isVisible() && offset->isVisible());
        position->setFocus(Qt::TabFocusReason);
        const double before = dial->score();
        const std::int64_t at = dial->position();
        for (int i = 0; i < 3; ++i)
            f.key(Qt::Key_Right);
        QCOMPARE(dial->position(), at + 3);
        QVERIFY(std::abs(dial->score() - before) < 1e-9 * (1 + std::abs(before))); // both moved
        offset->setFocus(Qt::TabFocusReason);
        f.key(Qt::Key_Right);
        QVERIFY(std::abs(dial->score() - before) > 1e-3);
        QVERIFY(!dial->describeCell({{}, {1}}).isEmpty());
        // Another head has other hands.
        f.window->selection().setHead((f.window->selection().head() + 1) % layer.heads);
        QVERIFY(std::abs(figure<DialFigure>(view)->score() - before) > 1e-3);
    }

    void anotherEncodingIsPutInPlaceAndTakenBack()
    {
        WindowFixture f;
        QVERIFY(showLab(f, "shakespeare-char", "To be, or not to be"));
        f.window->selection().jumpToHead(1, 2);
        QVERIFY(effectIs<PositionRowFigure>(f));
        const auto row = [&] { return figure<PositionRowFigure>(f.window->positions().effect()); };
        const std::vector<double> own = row()->own().pattern;
        QVERIFY(row()->other().pattern != own); // without positions
        QCOMPARE(row()->own().part, PositionScores::Part::None);

        auto *swaps = found<QComboBox>(f, "positionsSwap"),
             *encodings = found<QComboBox>(f, "positionsEncoding");
        QVERIFY(choose(swaps, "ALiBi"));
        QVERIFY(f.settled());
        QVERIFY(QTest::qWaitFor([&] { return row() && row()->other().part == PositionScores::Part::Bias; },
                                patience));
        QCOMPARE(row()->own().pattern, own);
        QCOMPARE(swaps->currentText(), QString("ALiBi"));
        QCOMPARE(encodings->currentText(), QString("Linear biases (ALiBi)"));
        QVERIFY(f.session.undoStack().undoText().contains("ALiBi"));
        QVERIFY(f.session.changed());
        // One takes the other's place.
        QVERIFY(choose(swaps, "rotary"));
        QVERIFY(f.settled());
        for (const OverridePtr& o : f.session.overrides())
            QCOMPARE(o->what, std::string("positions=rotary"));
        QVERIFY(choose(swaps, "shuffled, seed"));
        QVERIFY(f.settled());
        auto* seed = found<QSpinBox>(f, "positionsAmount");
        QVERIFY(seed->isVisible());
        seed->setValue(5);
        QVERIFY(f.settled());
        QCOMPARE(f.session.overrides().front()->what, std::string("positions=shuffled:5"));

        // All heads; one of them is chosen by a click.
        QVERIFY(choose(found<QComboBox>(f, "positionsEffects"), "all heads"));
        QVERIFY(effectIs<TableFigure>(f));
        FigureView& effect = f.window->positions().effect();
        QTest::mouseClick(&effect, Qt::LeftButton, {}, middleOf(effect, {{}, {3, 4}}));
        QCOMPARE(f.window->selection().attention(), 3);
        QCOMPARE(f.window->selection().head(), 4);

        for (int i = 0; i < 4; ++i)
            f.trigger("edit.undo");
        QVERIFY(f.settled());
        QVERIFY(!f.session.changed());
        QCOMPARE(swaps->currentText(), QString("own positions"));
        QVERIFY(!seed->isVisible());
        QVERIFY(choose(swaps, "none"));
        QVERIFY(f.settled());
        QVERIFY(f.session.changed());
        QCOMPARE(encodings->currentText(), QString("No positions"));
        QVERIFY(choose(swaps, "own positions"));
        QVERIFY(f.settled());
        QVERIFY(!f.session.changed());
    }

    void otherWhatIfsStay()
    {
        WindowFixture f;
        QVERIFY(showLab(f, "stories260k"));
        f.session.setHeadOff(1, 3, true);
        QVERIFY(f.settled());
        auto* swaps = found<QComboBox>(f, "positionsSwap");
        QVERIFY(swaps->findText("rotary") < 0); // it has these
        QVERIFY(choose(swaps, "reversed"));
        QVERIFY(f.settled());
        QVERIFY(f.session.headOff(1, 3));
        QVERIFY(choose(swaps, "own positions"));
        QVERIFY(f.settled());
        QVERIFY(f.session.headOff(1, 3));
        QCOMPARE(f.session.overrides().size(), std::size_t(1));
    }

    void everyKindHasItsPictures_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QStringList>("pictures");
        QTest::newRow("alibi") << QString("bloom") << QStringList{"values and curves", "bias by distance"};
        QTest::newRow("buckets") << QString("t5")
                                 << QStringList{"values and curves", "bias by distance", "buckets"};
        QTest::newRow("distances") << QString("transfo_xl")
                                   << QStringList{"values and curves", "similarity", "bias by distance"};
        QTest::newRow("sinusoids") << QString("marian")
                                   << QStringList{"values and curves", "similarity", "rotating pairs"};
    }
    void everyKindHasItsPictures()
    {
        QFETCH(QString, model);
        QFETCH(QStringList, pictures);
        const QString folder = QStringLiteral(HEADLIGHT_SHARED_DIR "/golden/") + model;
        if (!QFileInfo::exists(folder))
            QSKIP("../shared is not there");
        WindowFixture f;
        QVERIFY(showLab(f, folder));
        auto* box = found<QComboBox>(f, "positionsPicture");
        QStringList offered;
        for (int i = 0; i < box->count(); ++i)
            offered << box->itemText(i);
        QCOMPARE(offered, pictures);
        for (const QString& one : pictures) {
            QVERIFY(choose(box, one));
            QVERIFY2(f.window->positions().view().figure(), qPrintable(one));
            QVERIFY2(!f.window->positions().view().figure()->title().isEmpty(), qPrintable(one));
        }
        QVERIFY(effectIs<PositionRowFigure>(f));
    }
};

QTEST_MAIN(TestPositionsWindow)
#include "test_positions_window.moc"
