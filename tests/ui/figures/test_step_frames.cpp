// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A step's result on its way: what each frame has built, what it reads, and how it is drawn.

#include "figures/equation_figure.h"
#include "figures/step_frames.h"
#include "support_figures.h"

#include <cmath>
#include <set>

using namespace headlight;
using namespace headlight::test;

namespace {

using Built = StepFrame::Built;

struct Watched
{
    FigureSource source;
    int step = -1;
    std::unique_ptr<EquationFigure> figure;
    std::optional<StepFrames> frames;

    Watched(const FigureSource& from, int which, const std::optional<Cell>& only = {},
            const AxisIndices& indices = {})
        : source(from)
        , step(which)
    {
        EquationOptions options;
        options.indices = indices;
        auto made = EquationFigure::make(source, step, options);
        if (!made)
            qFatal("%s", made.error().text().c_str());
        figure = std::move(*made);
        std::optional<CellRef> cell;
        if (only)
            cell = CellRef{figure->result().ref(), *only};
        auto all = StepFrames::make(source, step, figure->result(), cell);
        if (!all)
            qFatal("%s", all.error().text().c_str());
        frames.emplace(std::move(*all));
    }
    Watched(const FigureSource& from, const char* hook, const std::optional<Cell>& only = {},
            const AxisIndices& indices = {})
        : Watched(from, from.trace.program().findStep(hook), only, indices)
    {
    }
    [[nodiscard]] const Tensor& operand(std::size_t i) const { return *(*source.trace.operands(step))[i]; }
    [[nodiscard]] TensorRef operandRef(std::size_t i) const
    {
        return source.trace.program().steps[static_cast<std::size_t>(step)].operands[i];
    }
    /// The first frame that satisfies a condition.
    template <class Condition>
    [[nodiscard]] std::shared_ptr<const StepFrame> find(const Condition& condition) const
    {
        for (int i = 0; i < frames->count() - 1; ++i)
            if (auto frame = frames->at(i); condition(*frame))
                return frame;
        return nullptr;
    }
    [[nodiscard]] QImage paint(const std::shared_ptr<const StepFrame>& frame) const
    {
        // A focus that is drawn nowhere: no frame of a cell lies over the result.
        figure->setFrame(frame);
        return painted(*figure, size, style(), {CellRef{}, {}});
    }
    [[nodiscard]] QRect cell(std::int64_t row, std::int64_t column) const
    {
        const CellRef ref{figure->result().ref(), figure->result().cell(row, column)};
        return figure->cellRect(ref, QRectF(QPointF(), QSizeF(size)), style())
            .adjusted(2, 2, -3, -3)
            .toAlignedRect();
    }
    static FigureStyle style() { return pinned(FigureStyle::light()); }
    static constexpr QSize size{1100, 560};
};

bool allOf(const QImage& image, const QRect& rect, QRgb color)
{
    for (int y = rect.top(); y <= rect.bottom(); ++y)
        for (int x = rect.left(); x <= rect.right(); ++x)
            if (image.pixel(x, y) != color)
                return false;
    return !rect.isEmpty();
}

} // namespace

class TestStepFrames : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { m_stories = sourceOf("stories260k"); }

    void everyOpOfEveryModelHasBoundedFrames_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : bundledNames())
            QTest::newRow(qPrintable(name)) << name;
    }
    void everyOpOfEveryModelHasBoundedFrames()
    {
        QFETCH(QString, name);
        const FigureSource source = sourceOf(name);
        // Layers repeat: one step stands for all with the same op and axes.
        std::set<std::string> seen;
        for (int step = 0; step < static_cast<int>(source.trace.program().steps.size()); ++step) {
            if (!seen.insert(std::string(source.trace.op(step)->name()) + describe(source.trace.axes(step)))
                     .second)
                continue;
            const Watched w(source, step);
            const StepFrames& frames = *w.frames;
            QVERIFY(frames.count() >= 3 && frames.count() <= 642);
            QVERIFY(frames.duration() > 0 && frames.duration() <= 20'000);
            const auto empty = frames.at(0);
            QVERIFY(std::count(empty->built.begin(), empty->built.end(), Built::Empty) ==
                    static_cast<std::ptrdiff_t>(empty->built.size()));
            std::int64_t row = 0;
            for (int i = 1; i < frames.count() - 1; i += 1 + frames.count() / 12) {
                const auto frame = frames.at(i);
                QVERIFY2(frame->row >= row, "rows come in order");
                row = frame->row;
                QVERIFY(!frame->lead.cell.empty() && !std::isnan(frame->value));
            }
            const auto last = frames.at(frames.count() - 2);
            QCOMPARE(last->row, last->rows - 1);
            QCOMPARE(std::count(last->built.begin(), last->built.end(), Built::Done),
                     static_cast<std::ptrdiff_t>(last->built.size()));
            QVERIFY2(!frames.at(frames.count() - 1), "nothing is drawn over the finished picture");
            int stops = 0;
            for (int i = 0; i < frames.count() - 1; i = frames.nextWhole(i), ++stops)
                QVERIFY(frames.nextWhole(i) > i);
            QVERIFY(stops >= 2);
        }
    }

    void dotProductsGrowTermByTerm()
    {
        const AxisIndices head{{"head", 5}}; // served by key head 2 of 4
        const Watched w(m_stories, "blocks.1.attn.hook_qk", {}, head);
        const auto frame = w.find([](const StepFrame& f) { return f.row == 3 && f.lastTerm == 4; });
        QVERIFY(frame);
        const Tensor &q = w.operand(0), &k = w.operand(1);
        for (std::int64_t j = 0; j < k.size(0); ++j) {
            double sum = 0;
            for (std::int64_t d = 0; d <= 4; ++d)
                sum += static_cast<double>(q.at({3, 5, d})) * static_cast<double>(k.at({j, 2, d}));
            QCOMPARE(frame->built[static_cast<std::size_t>(j)], Built::Partial);
            QVERIFY(std::abs(frame->values[static_cast<std::size_t>(j)] - sum) < 1e-4);
        }
        // The query's entry and that entry of all keys are read now; the key head is the query head's.
        QSet<int> operands;
        for (const StepFrame::Light& light : frame->lights)
            if (light.state == StepFrame::Light::State::Now) {
                const bool first = light.first.tensor == w.operandRef(0);
                operands << (first ? 0 : 1);
                QCOMPARE(light.first.cell, first ? (Cell{3, 5, 4}) : (Cell{0, 2, 4}));
                QCOMPARE(light.last.cell, first ? (Cell{3, 5, 4}) : (Cell{k.size(0) - 1, 2, 4}));
            }
        QCOMPARE(operands.size(), 2);
        // The words' sum is the leading cell's.
        const std::int64_t lead = frame->lead.cell[2];
        QCOMPARE(static_cast<float>(frame->value), frame->values[static_cast<std::size_t>(lead)]);
        const double term = static_cast<double>(q.at({3, 5, 4})) * static_cast<double>(k.at({lead, 2, 4}));
        QVERIFY(std::abs(frame->before + term - frame->value) < 1e-9);
    }

    void softmaxShowsLargestExponentialsSumAndDivision()
    {
        const Watched w(m_stories, "blocks.1.attn.hook_pattern", {}, {{"head", 3}});
        const Tensor& x = w.operand(0);
        const std::int64_t row = 4;
        double most = -1e9;
        for (std::int64_t j = 0; j <= row; ++j)
            most = std::max(most, static_cast<double>(x.at({3, row, j})));
        const auto inRow = [row](int line, bool complete) {
            return [=](const StepFrame& f) {
                return f.row == row && f.line == line && (!complete || f.lastTerm + 1 == f.terms);
            };
        };
        const auto largest = w.find(inRow(0, true));
        QVERIFY(largest);
        QCOMPARE(largest->value, most);
        QCOMPARE(largest->built[0], Built::Empty);
        QCOMPARE(largest->built[static_cast<std::size_t>(row + 1)], Built::Done); // masked, at once
        for (const int line : {1, 2}) { // exponentials, and they stay while they are summed
            const auto frame = w.find(inRow(line, true));
            QVERIFY(frame);
            double sum = 0;
            for (std::int64_t j = 0; j <= row; ++j) {
                const double e = std::exp(static_cast<double>(x.at({3, row, j})) - most);
                sum += e;
                QCOMPARE(frame->built[static_cast<std::size_t>(j)], Built::Partial);
                QVERIFY(std::abs(frame->values[static_cast<std::size_t>(j)] - e) < 1e-6);
            }
            if (line == 2)
                QVERIFY(std::abs(frame->value - sum) < 1e-6);
        }
        const auto divided = w.find(inRow(3, true));
        QVERIFY(divided);
        QCOMPARE(std::count(divided->built.begin(), divided->built.end(), Built::Done),
                 static_cast<std::ptrdiff_t>(divided->built.size()));
        QVERIFY(std::abs(divided->value -
                         static_cast<double>(w.figure->result().tensor()->at(divided->lead.cell))) < 1e-6);
    }

    void mixedValuesWeighWhatThePatternSays()
    {
        const Watched w(m_stories, "blocks.1.attn.hook_z", {}, {{"head", 3}});
        const auto frame = w.find([](const StepFrame& f) { return f.row == 5 && f.lastTerm == 2; });
        QVERIFY(frame);
        const Tensor& pattern = w.operand(0);
        int shares = 0;
        for (const StepFrame::Light& light : frame->lights) {
            if (light.first.tensor != w.operandRef(1))
                continue;
            ++shares;
            QVERIFY(light.share.has_value());
            QCOMPARE(*light.share, static_cast<double>(pattern.at({3, 5, light.first.cell[0]})));
            QCOMPARE(light.state, light.first.cell[0] < 2    ? StepFrame::Light::State::Added
                                  : light.first.cell[0] == 2 ? StepFrame::Light::State::Now
                                                             : StepFrame::Light::State::Waiting);
        }
        QCOMPARE(shares, static_cast<int>(pattern.size(2)));
        // Signed weights are no shares.
        const Watched scores(m_stories, "blocks.1.attn.hook_qk");
        for (int i = 1; i < scores.frames->count() - 1; i += 7) {
            const auto some = scores.frames->at(i);
            for (const StepFrame::Light& light : some->lights)
                QVERIFY(!light.share.has_value());
        }
    }

    void rotatedPairsTurnTogether()
    {
        const Watched w(m_stories, "blocks.1.attn.hook_rot_q", {}, {{"head", 3}});
        const auto frame = w.find([](const StepFrame& f) {
            return f.row == 2 && std::count(f.built.begin(), f.built.end(), Built::Partial) > 0;
        });
        QVERIFY(frame);
        QCOMPARE(std::count(frame->built.begin(), frame->built.end(), Built::Partial), 2);
    }

    void normsSumDivideAndTakeTheRoot()
    {
        const Watched w(m_stories, "blocks.1.ln1.hook_scale");
        const Tensor& x = w.operand(0);
        double squares = 0;
        for (std::int64_t c = 0; c < x.size(1); ++c)
            squares += static_cast<double>(x.at({1, c})) * static_cast<double>(x.at({1, c}));
        const auto line = [](int index) {
            return [index](const StepFrame& f) {
                return f.row == 1 && f.line == index && f.lastTerm + 1 == f.terms;
            };
        };
        QVERIFY(std::abs(w.find(line(0))->value - squares) < 1e-6 * squares);
        const double variance = squares / static_cast<double>(x.size(1));
        QVERIFY(std::abs(w.find(line(1))->value - variance) < 1e-6 * variance);
        QVERIFY(std::abs(w.find(line(2))->value - static_cast<double>(w.figure->result().tensor()->at({1}))) <
                1e-5);
    }

    void oneCellAloneGrowsTermByTerm()
    {
        const Watched w(m_stories, "blocks.1.mlp.hook_pre", Cell{2, 7});
        const Tensor &x = w.operand(0), &weight = w.operand(1);
        QCOMPARE(w.frames->count(), 2 + static_cast<int>(x.size(1)));
        double sum = 0;
        for (int t = 0; t < static_cast<int>(x.size(1)); ++t) {
            sum += static_cast<double>(x.at({2, t})) * static_cast<double>(weight.at({t, 7}));
            const auto frame = w.frames->at(t + 1);
            QVERIFY(frame->onlyCell);
            QCOMPARE(frame->row, 2);
            QCOMPARE(frame->firstTerm, t);
            QVERIFY(std::abs(frame->value - sum) < 1e-9);
            for (std::size_t c = 0; c < frame->built.size(); ++c)
                QCOMPARE(frame->built[c], c != 7                                 ? Built::Done
                                          : t + 1 == static_cast<int>(x.size(1)) ? Built::Done
                                                                                 : Built::Partial);
        }
        QVERIFY(!StepFrames::make(m_stories, w.step, w.figure->result(),
                                  CellRef{w.figure->result().ref(), {2, 99999}}));
    }

    void whatIsNotBuiltYetIsEmptyAndNotZero()
    {
        const Watched w(m_stories, "blocks.1.attn.hook_qk", {}, {{"head", 3}});
        const QImage finished = w.paint(nullptr);
        const QRgb nothing = w.style().background.rgb();
        const std::int64_t rows = w.figure->result().rows(), columns = w.figure->result().columns();
        const QImage first = w.paint(w.frames->at(0));
        for (std::int64_t r = 0; r < rows; ++r)
            for (std::int64_t c = 0; c < columns; ++c)
                QVERIFY2(allOf(first, w.cell(r, c), nothing), "no colour and no number");
        const auto middle = w.find([](const StepFrame& f) { return f.row == 4 && f.lastTerm == 3; });
        const QImage image = w.paint(middle);
        for (std::int64_t c = 0; c < columns; ++c) {
            QCOMPARE(image.copy(w.cell(3, c)), finished.copy(w.cell(3, c)));
            QVERIFY(!allOf(image, w.cell(4, c), nothing));
            QVERIFY(allOf(image, w.cell(5, c), nothing));
        }
        QVERIFY(image.copy(w.cell(4, 0)) != finished.copy(w.cell(4, 0)));
        // The frame after the last row is built lights up operands and covers nothing of the result.
        const QImage built = w.paint(w.frames->at(w.frames->count() - 2));
        for (std::int64_t c = 0; c < columns; ++c)
            QCOMPARE(built.copy(w.cell(rows - 1, c)), finished.copy(w.cell(rows - 1, c)));
        QCOMPARE(w.paint(w.frames->at(w.frames->count() - 1)), finished);
    }

    void maskedCellsShowAsMasked()
    {
        const Watched w(m_stories, "blocks.1.attn.hook_pattern", {}, {{"head", 3}});
        const QImage finished = w.paint(nullptr);
        const auto frame = w.find([](const StepFrame& f) { return f.row == 2 && f.line == 0; });
        const QImage image = w.paint(frame);
        QCOMPARE(image.copy(w.cell(2, 5)), finished.copy(w.cell(2, 5)));
        QVERIFY(allOf(image, w.cell(2, 1), w.style().background.rgb()));
        QVERIFY(allOf(image, w.cell(3, 5), w.style().background.rgb()));
    }

private:
    FigureSource m_stories;
};

QTEST_MAIN(TestStepFrames)
#include "test_step_frames.moc"
