// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Two texts and two models side by side, through the window's own fields.

#include "window_fixture.h"

#include "analysis/logit_attribution.h"
#include "figures/compare_figure.h"
#include "figures/head_grid_figure.h"
#include "figures/number_text.h"
#include "figures/pair_figure.h"
#include "figures/table_figure.h"
#include "panels/compare_panel.h"

#include <QComboBox>
#include <QLineEdit>
#include <QTreeWidget>

using namespace headlight;
using namespace headlight::test;

namespace {

void choose(QComboBox* box, int index)
{
    box->setCurrentIndex(index);
    emit box->activated(index);
}

struct CompareFixture : WindowFixture
{
    CompareFixture() { trigger("view.compare"); }
    [[nodiscard]] ComparePanel& panel() const { return window->compare(); }
    template <class T>
    [[nodiscard]] T* child(const char* name) const
    {
        return panel().findChild<T*>(QLatin1String(name));
    }
    [[nodiscard]] CompareFigure* figure() const
    {
        return dynamic_cast<CompareFigure*>(panel().view().figure());
    }
    [[nodiscard]] PairFigure* pair() const { return dynamic_cast<PairFigure*>(panel().view().figure()); }
    /// Waits until the other side is there and shown.
    [[nodiscard]] bool shows(const std::function<bool()>& what) const
    {
        return QTest::qWaitFor([&] { return !panel().comparison().busy() && what(); }, patience);
    }
};

} // namespace

class TestCompareWindow : public QObject
{
    Q_OBJECT
private slots:
    void anotherTextStandsBesideWhileOneTypes()
    {
        CompareFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        f.go("blocks.2.attn.hook_pattern");
        choose(f.child<QComboBox>("compareWith"), 1);
        auto* text = f.child<QLineEdit>("compareText");
        QVERIFY(text->isVisible());
        QCOMPARE(text->text(), QString("Once upon a time")); // from here one changes a word
        const QWidget* next = text->nextInFocusChain();
        while (!next->isVisible() || !(next->focusPolicy() & Qt::TabFocus))
            next = next->nextInFocusChain();
        QCOMPARE(next->objectName(), QString("compareWhat")); // where Tab goes
        QVERIFY(f.shows([&] { return f.figure() != nullptr; }));
        text->setFocus();
        text->setSelection(12, 4);
        QTest::keyClicks(text, "day");
        QVERIFY(f.shows([&] {
            return f.figure() && f.figure()->differences() &&
                   f.panel().comparison().trace().input().streams[0].text == "Once upon a day";
        }));
        QVERIFY(f.shows([&] { return f.panel().note().contains("(≠)"); }));
        const Trace &mine = f.session.trace(), &other = f.panel().comparison().trace();
        const int step = f.window->selection().step();
        const TensorPtr after = *mine.step(step), before = *other.step(step);
        const std::int64_t head = f.window->selection().head();
        QVERIFY(f.shows([&] {
            const TensorPtr& difference = f.figure() ? f.figure()->differences() : nullptr;
            return difference && difference->contains({1, 1}) &&
                   std::abs(difference->at({1, 1}) - (after->at({head, 1, 1}) - before->at({head, 1, 1}))) <
                       1e-7F;
        }));
        // Heads, the most changed ones first; a click goes to one.
        QTreeWidget& heads = f.panel().heads();
        QVERIFY(f.shows([&] {
            return heads.topLevelItemCount() == 40 && heads.topLevelItem(0)->text(1).toDouble() > 0.01;
        }));
        for (int i = 1; i < 40; ++i)
            QVERIFY(heads.topLevelItem(i - 1)->text(1).toDouble() >=
                    heads.topLevelItem(i)->text(1).toDouble());
        const QString first = heads.topLevelItem(0)->text(0);
        QTest::mouseClick(heads.viewport(), Qt::LeftButton, {},
                          heads.visualItemRect(heads.topLevelItem(0)).center());
        QCOMPARE(QString("L%1 H%2")
                     .arg(mine.program().attention[std::size_t(f.window->selection().attention())].layer)
                     .arg(f.window->selection().head()),
                 first);
        // A text that the model can't read says so, and the next one is shown again.
        text->setText(QString("upon ").repeated(600)); // longer than the context
        QVERIFY(f.shows([&] { return !f.figure(); }));
        text->setText("Once");
        QVERIFY(f.shows([&] { return f.figure() != nullptr; }));
        f.session.setTexts({StreamText{"Once\nupon", std::nullopt}});
        QVERIFY(f.settled());
        QVERIFY(
            f.shows([&] { return f.figure() && f.figure()->title().endsWith("“Once” and “Once upon”"); }));
        // It follows the text above.
        f.session.setTexts({StreamText{"Once more", std::nullopt}});
        QVERIFY(f.settled());
        QVERIFY(f.shows([&] { return f.figure() && f.panel().note().contains("(+)"); }));
    }

    void unmatchedTokensAreMarked()
    {
        CompareFixture f;
        QVERIFY(f.open("shakespeare-char", "To be"));
        f.go("blocks.1.attn.hook_pattern");
        choose(f.child<QComboBox>("compareWith"), 1);
        f.child<QLineEdit>("compareText")->setText("Ta bed");
        QVERIFY(f.shows([&] {
            return f.figure() && f.figure()->differences() && f.figure()->differences()->size(1) == 5 &&
                   f.figure()->label(0, 2, 5) == "− d";
        }));
        QCOMPARE(f.figure()->label(0, 2, 0), QString("T"));
        QCOMPARE(f.figure()->label(0, 2, 1), QString("≠ a"));
        QCOMPARE(f.figure()->label(1, 2, 1), QString("≠ o"));
        QCOMPARE(f.figure()->label(2, 1, 1), QString("a → o"));
        // A cell of the other text's picture is the cell of this text that stands for it.
        const FigureView& view = f.panel().view();
        const QRectF area = view.figureArea();
        const CellRef last{f.result(), {f.window->selection().head(), 4, 4}};
        const QRectF there = f.figure()->cellRect(last, area, view.figureStyle());
        QVERIFY(!there.isEmpty());
        QCOMPARE(f.figure()->cellAt(there.center(), area, view.figureStyle()), std::optional(last));
        QVERIFY(f.figure()->describeCell(last).contains("difference"));
    }

    void anotherModelWithItsOwnTokens()
    {
        CompareFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        f.go("blocks.1.attn.hook_pattern");
        choose(f.child<QComboBox>("compareWith"), 2);
        auto* models = f.child<QComboBox>("compareModel");
        // None is chosen for the person, and what to do is said.
        QCOMPARE(models->currentIndex(), -1);
        QVERIFY(f.shows([&] { return f.panel().view().placeholder().contains("Choose the other model"); }));
        const auto index = [&](const QString& name) { return models->findText(name); };
        choose(models, index("stories260k"));
        // Two checkpoints with the same numbers: no difference anywhere.
        QVERIFY(f.shows([&] { return f.figure() && f.figure()->differences(); }));
        for (const float d : f.figure()->differences()->values())
            QVERIFY(d == 0 || std::isinf(d));
        choose(models, index("shakespeare-char"));
        QVERIFY(f.shows([&] { return f.panel().note().contains("what both have is compared"); }));
        QVERIFY(f.shows([&] { return f.figure() && f.figure()->title().contains("shakespeare-char"); }));
        QVERIFY(!f.figure()->predictions().empty());
        // Widths that differ can't be subtracted; both sides are shown all the same.
        f.go("blocks.1.hook_resid_pre");
        QVERIFY(f.shows([&] { return f.figure() && !f.figure()->apart().isEmpty(); }));
        QVERIFY(!f.figure()->differences());
        // A model that reads other things says what is missing.
        choose(models, index("fashion-vit"));
        QVERIFY(f.shows([&] { return !f.panel().view().figure(); }));
    }

    void anyViewSideBySide()
    {
        CompareFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        choose(f.child<QComboBox>("compareWith"), 1);
        f.child<QLineEdit>("compareText")->setText("Once upon a day");
        auto* what = f.child<QComboBox>("compareWhat");
        QStringList views;
        for (int i = 0; i < what->count(); ++i)
            views << what->itemData(i).toString();
        // There is no picture to look at here.
        QCOMPARE(views, QStringList({"stage", "head", "heads", "links", "qk", "scatter", "lens", "dla",
                                     "sources", "norms", "rollout", "flow", "positions"}));
        for (int i = 2; i < what->count(); ++i) {
            const Figure* before = f.panel().view().figure();
            choose(what, i);
            QVERIFY2(f.shows([&] { return f.pair() && f.pair() != before; }), qPrintable(views[i]));
            QVERIFY(!f.panel().view().grab().isNull());
            QVERIFY2((f.pair()->difference() != nullptr) != (views[i] == "scatter"), qPrintable(views[i]));
            QCOMPARE(f.pair()->apart().isEmpty(), views[i] != "scatter");
        }
    }

    void allHeadsAndTheirDifference()
    {
        CompareFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        choose(f.child<QComboBox>("compareWith"), 1);
        f.child<QLineEdit>("compareText")->setText("Once upon the day");
        auto* what = f.child<QComboBox>("compareWhat");
        choose(what, what->findData("heads"));
        QVERIFY(f.shows([&] { return f.pair() && f.pair()->difference(); }));
        // A cell of the difference is the cell of this text that it is about.
        const FigureView& view = f.panel().view();
        const QRectF area = view.figureArea();
        const Trace &mine = f.session.trace(), &other = f.panel().comparison().trace();
        const AttentionLayer& layer = mine.program().attention[2];
        std::optional<CellRef> cell;
        for (double x = area.left() + 0.7 * area.width(); x < area.right() && !cell; ++x)
            for (double y = area.top(); y < area.bottom() && !cell; ++y)
                if (const auto found = f.pair()->cellAt({x, y}, area, view.figureStyle());
                    found && found->tensor.index == layer.pattern && found->cell[1] == 4 &&
                    found->cell[2] == 3)
                    cell = found;
        QVERIFY(cell);
        const float was = (*other.step(layer.pattern))->at(cell->cell),
                    is = (*mine.step(layer.pattern))->at(cell->cell);
        QVERIFY2(f.pair()->describeCell(*cell).contains("difference " + shownNumber(is - was, 5)),
                 qPrintable(f.pair()->describeCell(*cell)));
        // Signed colours about zero, one scale for all heads.
        const auto* grid = dynamic_cast<const HeadGridFigure*>(f.pair()->difference());
        QVERIFY(grid);
        const auto bar = grid->colorBar({0, 0, 600, 500}, view.figureStyle());
        QVERIFY(bar && bar->scale.diverging());
        QCOMPARE(bar->scale.low(), -bar->scale.high());
        // Another number of heads: one line says why there is no difference.
        choose(f.child<QComboBox>("compareWith"), 2);
        auto* models = f.child<QComboBox>("compareModel");
        choose(models, models->findText("shakespeare-char"));
        QVERIFY(f.shows([&] { return f.pair() && !f.pair()->difference(); }));
        QVERIFY2(f.pair()->apart().contains("in one run and"), qPrintable(f.pair()->apart()));
    }

    void overThePictureOnlyWhereThereIsOne()
    {
        CompareFixture f;
        QVERIFY(f.open("fashion-vit"));
        choose(f.child<QComboBox>("compareWith"), 1);
        // A picture beside itself says nothing.
        QCOMPARE(f.session.input().example, 0);
        QCOMPARE(f.child<QComboBox>("compareExample")->currentIndex(), 1);
        QVERIFY(
            f.shows([&] { return f.figure() && f.figure()->title().endsWith("Trouser and Ankle boot"); }));
        auto* what = f.child<QComboBox>("compareWhat");
        QVERIFY(what->findData("overlay") >= 0);
        choose(what, what->findData("overlay"));
        QVERIFY(f.shows([&] { return f.pair() && f.pair()->difference(); }));
        QVERIFY(f.panel().comparison().image() != f.session.input().image);
        QVERIFY(f.open("stories260k"));
        QVERIFY(what->findData("overlay") < 0);
    }

    void termsOfALogitUnderTheirOwnNames()
    {
        CompareFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        choose(f.child<QComboBox>("compareWith"), 2);
        auto* models = f.child<QComboBox>("compareModel");
        choose(models, models->findText("shakespeare-char"));
        auto* what = f.child<QComboBox>("compareWhat");
        choose(what, what->findData("dla"));
        QVERIFY(f.shows([&] { return f.pair() && f.pair()->difference(); }));
        const auto parts = f.pair()->parts();
        for (const Figure* part : parts) {
            const auto* table = dynamic_cast<const TableFigure*>(part);
            QVERIFY(table);
            const TableContent& content = table->content();
            const auto other = std::find(content.columns.begin(), content.columns.end(), "other");
            QVERIFY(other != content.columns.end());
            for (std::size_t r = 0; r < content.rows.size(); ++r)
                for (std::size_t c = 0; c < content.columns.size(); ++c) {
                    const float value = content.values->at({std::int64_t(r), std::int64_t(c)});
                    const bool layer = content.rows[r].contains("layer ");
                    if (!std::isnan(value)) // a layer's terms under heads and MLP, all others under "other"
                        QCOMPARE(content.columns.begin() + std::ptrdiff_t(c) == other, !layer);
                }
        }
        // What one model has not is there by name, and empty.
        const TableContent& differs = dynamic_cast<const TableFigure*>(parts[2])->content();
        const auto only = [](const QString& name) { return name.startsWith("+ ") || name.startsWith("− "); };
        QVERIFY(std::any_of(differs.rows.begin(), differs.rows.end(), only));
        for (std::size_t r = 0; r < differs.rows.size(); ++r)
            QVERIFY(!differs.rows[r].contains("→")); // no layer stands in the place of another
        // Each side says what it explains, also where that is the same.
        for (const std::size_t side : {0U, 1U}) {
            const bool mine = side == 1;
            const Trace& trace = mine ? f.session.trace() : f.panel().comparison().trace();
            const Model& model = mine ? *f.session.model() : *f.panel().comparison().model();
            const auto& labels = trace.input().streams[0].labels;
            const std::int64_t position =
                mine ? f.window->selection().queryToken(0)
                     : counterpart(f.session.trace(), 0, f.window->selection().queryToken(0), trace);
            const auto found =
                logitAttribution(trace, position < 0 ? std::int64_t(labels.size()) - 1 : position);
            QVERIFY(found);
            const QString token = QString::fromStdString(
                model.label(trace, trace.axes(trace.program().prediction.logits).back(), found->token));
            QVERIFY2(f.pair()->caption(side).contains("“" + token + "”"),
                     qPrintable(f.pair()->caption(side) + " / " + token));
        }
    }

    void theSameLogitOnBothSidesIsNamedToo()
    {
        CompareFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        choose(f.child<QComboBox>("compareWith"), 1);
        auto* what = f.child<QComboBox>("compareWhat");
        choose(what, what->findData("dla"));
        QVERIFY(f.shows([&] { return f.pair() && f.pair()->difference(); }));
        QVERIFY2(f.pair()->caption(0).contains("attribution of “"), qPrintable(f.pair()->caption(0)));
        QCOMPARE(f.pair()->caption(0).section('\n', 1), f.pair()->caption(1).section('\n', 1));
    }

    /// Where there is not room for all positions, all three pictures show the same ones.
    void theSamePositionsInAllPictures()
    {
        CompareFixture f;
        const QString text =
            "Once upon a time there was a little girl who had a big red ball and a small dog";
        QVERIFY(f.open("stories260k", text));
        choose(f.child<QComboBox>("compareWith"), 1);
        f.child<QLineEdit>("compareText")
            ->setText("Once upon a time, there was one very happy girl who had a big blue ball and a dog");
        auto* what = f.child<QComboBox>("compareWhat");
        choose(what, what->findData("lens"));
        QVERIFY(f.shows([&] { return f.pair() && f.pair()->difference(); }));
        (void)f.panel().view().grab();
        const auto shown = [&](std::size_t part) {
            const auto* table = dynamic_cast<const TableFigure*>(f.pair()->parts()[part]);
            QStringList names;
            for (std::size_t c = 0; c < table->content().columns.size(); ++c)
                if (!table
                         ->cellRect({{}, {0, std::int64_t(c)}}, {0, 0, 500, 400},
                                    f.panel().view().figureStyle())
                         .isEmpty())
                    names << table->content().columns[c];
            return names;
        };
        const QStringList left = shown(0), right = shown(1), difference = shown(2);
        QVERIFY(!difference.isEmpty());
        QVERIFY(left.size() <
                qsizetype(dynamic_cast<const TableFigure*>(f.pair()->parts()[0])->content().columns.size()));
        for (const QString& pair : difference) {
            QVERIFY2(left.contains(pair.section(" → ", 0, 0)), qPrintable(pair + " in " + left.join(' ')));
            QVERIFY2(right.contains(pair.section(" → ", -1)), qPrintable(pair + " in " + right.join(' ')));
        }
        QCOMPARE(left.last(), difference.last().section(" → ", 0, 0));
        QCOMPARE(right.last(), difference.last().section(" → ", -1));
        // A cell of any of them is the cell of this text.
        const FigureView& view = f.panel().view();
        const QRectF area = view.figureArea();
        int parts = 0;
        for (int part = 0; part < 3; ++part)
            for (double x = area.left() + part * area.width() / 3;
                 x < area.left() + (part + 1) * area.width() / 3; x += 4)
                if (const auto cell = f.pair()->cellAt({x, area.center().y()}, area, view.figureStyle());
                    cell && f.pair()->describeCell(*cell).contains("difference")) {
                    ++parts;
                    break;
                }
        QCOMPARE(parts, 3);
        // Where there is the height they stand one above the other, and show more.
        QImage tall(900, 750, QImage::Format_RGB32);
        QPainter painter(&tall);
        f.pair()->paint(painter, tall.rect(), view.figureStyle());
        painter.end();
        QVERIFY2(shown(1).size() > right.size(), qPrintable(shown(1).join(' ')));
    }

    void pictures()
    {
        CompareFixture f;
        QVERIFY(f.open("fashion-vit"));
        choose(f.child<QComboBox>("compareWith"), 1);
        QVERIFY(f.child<QComboBox>("compareExample")->isVisible());
        choose(f.child<QComboBox>("compareExample"), 1);
        QVERIFY(f.shows([&] { return f.figure() && f.figure()->differences(); }));
        QVERIFY(f.shows([&] { return f.panel().heads().topLevelItemCount() > 0; }));
        QVERIFY(f.shows([&] { return f.panel().heads().topLevelItem(0)->text(1).toDouble() > 0; }));
        // The other side goes with the model.
        QVERIFY(f.open("date-seq2seq"));
        QVERIFY(f.shows([&] { return f.figure() != nullptr; }));
    }
};

QTEST_MAIN(TestCompareWindow)
#include "test_compare_window.moc"
