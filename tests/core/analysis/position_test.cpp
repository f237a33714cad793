// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Positions: what encodings say of themselves against straightforward double precision, and what-ifs that put
// others in their place.

#include "../derivations.h"
#include "../support.h"
#include "analysis/position_codes.h"
#include "analysis/position_scores.h"
#include "analysis/position_similarity.h"
#include "analysis/rotary_dial.h"
#include "analysis/what_if.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

using namespace headlight;
using Kind = ops::PositionRule::Kind;

namespace {

/// float32 results of some dozens of terms against double precision.
constexpr double rounding = 2e-5;

WhatIf parsed(const std::string& spec)
{
    auto whatIf = parseWhatIf(spec);
    if (!whatIf)
        qFatal("%s", whatIf.error().text().c_str());
    return *whatIf;
}

Trace changed(const Model& model, const ModelInput& input, const std::vector<std::string>& specs)
{
    RunOptions options;
    for (const std::string& spec : specs) {
        const auto list = overridesOf(*model.program, parsed(spec), input);
        if (!list)
            qFatal("%s", list.error().text().c_str());
        options.overrides = with(std::move(options.overrides), *list);
    }
    return test::run(model, input, options);
}

/// A tiny model of a family that is not bundled, or null where the reference files are not.
ModelPtr tiny(const char* name)
{
    const std::filesystem::path folder = std::filesystem::path(HEADLIGHT_SHARED_DIR) / "golden" / name;
    if (!std::filesystem::exists(folder))
        return nullptr;
    auto model = openModel(folder);
    if (!model)
        qFatal("%s", model.error().text().c_str());
    return *model;
}

ModelInput ids(const Model& model, const std::vector<std::vector<int>>& streams)
{
    std::vector<StreamText> texts;
    for (const auto& one : streams)
        texts.push_back({{}, one});
    auto input = makeInput(model, texts);
    if (!input)
        qFatal("%s", input.error().text().c_str());
    return *input;
}

const PositionCode& codeOf(const std::vector<PositionCode>& all, Kind kind, bool table = false)
{
    const auto at = std::find_if(all.begin(), all.end(), [&](const PositionCode& c) {
        return c.rule.kind == kind && c.table == table;
    });
    if (at == all.end())
        qFatal("no such encoding");
    return *at;
}

double worst(const Tensor& a, const Tensor& b)
{
    double most = a.count() == b.count() ? 0 : 1e9;
    for (std::int64_t i = 0; most < 1e9 && i < a.count(); ++i)
        most = std::max(most, std::abs(double(a[i]) - double(b[i])));
    return most;
}

} // namespace

class PositionTest : public QObject
{
    Q_OBJECT

private slots:
    void specsReadBack()
    {
        for (const char* spec :
             {"*:positions=sinusoidal", "*:positions=rotary", "blocks.1.attn:positions=alibi",
              "*:positions=reversed", "*:positions=shuffled:7", "*:positions=shifted:4"})
            QCOMPARE(specOf(parsed(spec)), std::string(spec));
        QCOMPARE(specOf(parsed("*:positions=shuffled")), std::string("*:positions=shuffled:1"));
        const auto refusal = [](const char* spec) {
            const auto whatIf = parseWhatIf(spec);
            return whatIf ? QString("accepted") : QString::fromStdString(whatIf.error().text());
        };
        QVERIFY(refusal("*:positions=spiral").contains("positions among sinusoidal, rotary, alibi"));
        QVERIFY(refusal("*:positions").contains("positions among"));
        QVERIFY(refusal("*:positions=shifted").contains("expected shifted:N"));
        QVERIFY(refusal("*:positions=shifted:0").contains("a whole number from 1"));
        QVERIFY(refusal("*:positions=rotary:2").contains("expected no number behind rotary"));
    }

    void derivationsHoldInEveryChangedRun_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name :
             {"shakespeare-char", "stories260k", "kjv-bert", "date-seq2seq", "fashion-vit"})
            QTest::newRow(name) << QString(name);
    }
    void derivationsHoldInEveryChangedRun()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const ModelInput input = test::anyInput(*model);
        std::mt19937 random(5);
        int applied = 0;
        for (const char* spec : {"*:positions=sinusoidal", "*:positions=rotary", "*:positions=alibi",
                                 "*:positions=reversed", "*:positions=shuffled:3", "*:positions=shifted:1"}) {
            const auto list = overridesOf(*model->program, parsed(spec), input);
            if (!list)
                continue; // it has these already
            RunOptions options;
            options.overrides = *list;
            auto trace = runModel(model->program, model->parameters, input, test::workers(), options);
            if (!trace) { // a full table has no row for a later position
                QCOMPARE(trace.error().code, ErrorCode::TooLong);
                QVERIFY(std::string(spec).ends_with("shifted:1"));
                continue;
            }
            ++applied;
            for (const OverridePtr& o : *list) {
                const QString wrong =
                    test::checkStep(*trace, model->program->findStep(o->target), 12, random);
                QVERIFY2(wrong.isEmpty(),
                         qPrintable(QString("%1 %2: %3").arg(spec, o->target.c_str(), wrong)));
            }
            QVERIFY(withOwnPositions(*list).empty());
            QCOMPARE(changeText(*positionChangeOf(*list)), changeText(parsed(spec)));
        }
        QVERIFY2(applied >= 4, qPrintable(QString::number(applied)));
    }

    /// Without a mask a model sees only where it is told that tokens stand: to count them from the end is to
    /// read the text backwards.
    void reversedPositionsAreAReversedText_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("learned") << QString("shakespeare-char");
        QTest::newRow("rotary") << QString("stories260k");
        QTest::newRow("alibi") << QString("bloom");
        QTest::newRow("buckets") << QString("t5");
        QTest::newRow("sinusoidal") << QString("date-seq2seq");
    }
    void reversedPositionsAreAReversedText()
    {
        QFETCH(QString, name);
        const bool shared = name == "bloom" || name == "t5";
        const ModelPtr model = shared ? tiny(name.toLatin1().constData()) : test::bundled(name);
        if (!model)
            QSKIP("../shared is not there");
        std::vector<int> text{7, 3, 11, 3, 20, 5}, back(text.rbegin(), text.rend());
        const bool two = model->program->streams.size() > 1;
        const auto with = [&](const std::vector<int>& one) {
            return two ? ids(*model, {one, {1, 2}}) : ids(*model, {one});
        };
        std::vector<std::string> open;
        if (!two)
            open.push_back("*:mask=none");
        std::vector<std::string> reversed = open;
        reversed.push_back("*:positions=reversed");
        const Trace a = changed(*model, with(text), reversed), b = changed(*model, with(back), open);
        for (const AttentionLayer& layer : model->program->attention) {
            if (layer.kind != AttentionLayer::Kind::Self || (two && layer.stack != "encoder"))
                continue;
            const TensorPtr p = *a.step(layer.pattern), q = *b.step(layer.pattern);
            const std::int64_t n = p->size(1);
            for (std::int64_t h = 0; h < p->size(0); ++h)
                for (std::int64_t i = 0; i < n; ++i)
                    for (std::int64_t j = 0; j < n; ++j)
                        QVERIFY2(
                            std::abs(double(p->at({h, i, j})) - double(q->at({h, n - 1 - i, n - 1 - j}))) <
                                1e-4, // layers pass float32 noise on
                            layer.name.c_str());
        }
    }

    void shiftsAreNotFeltByDistances()
    {
        const auto llama = test::bundled("stories260k");
        const ModelInput input = test::anyInput(*llama);
        const Trace base = test::run(*llama, input),
                    later = changed(*llama, input, {"*:positions=shifted:5"});
        const char* hook = "blocks.4.attn.hook_pattern";
        QVERIFY(worst(**base.tensor(hook), **later.tensor(hook)) < 1e-3);
        QVERIFY(worst(**base.tensor("blocks.0.attn.hook_rot_q"), **later.tensor("blocks.0.attn.hook_rot_q")) >
                0.1);
        // Learned vectors are others at other positions, and end with the table.
        const auto gpt = test::bundled("shakespeare-char");
        const ModelInput five = ids(*gpt, {{5, 9, 5, 9, 4}});
        const Trace moved = changed(*gpt, five, {"*:positions=shifted:3"});
        const TensorPtr table = *moved.tensor("pos_embed.W_pos"), rows = *moved.tensor("hook_pos_embed");
        for (std::int64_t i = 0; i < 5; ++i)
            for (std::int64_t c = 0; c < rows->size(1); ++c)
                QCOMPARE(rows->at({i, c}), table->at({i + 3, c}));
        const auto list = overridesOf(*gpt->program, parsed("*:positions=shifted:4000"), five);
        RunOptions options;
        options.overrides = *list;
        const auto refused = runModel(gpt->program, gpt->parameters, five, test::workers(), options);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::TooLong);
    }

    void shuffledIsAPermutationByItsSeed()
    {
        const ops::TokenOrder one{ops::TokenOrder::Kind::Shuffled, 1},
            two{ops::TokenOrder::Kind::Shuffled, 2};
        auto places = one.places(50);
        QCOMPARE(places, one.places(50));
        QVERIFY(places != two.places(50));
        std::sort(places.begin(), places.end());
        for (std::int64_t i = 0; i < 50; ++i)
            QCOMPARE(places[std::size_t(i)], i);
    }

    void otherEncodingsAreWhatTheirPapersSay()
    {
        const auto gpt = test::bundled("shakespeare-char");
        const ModelInput input = test::anyInput(*gpt);
        const AttentionLayer& layer = gpt->program->attention.front();
        const Trace none = changed(*gpt, input, {"*:no-positions"});

        // ALiBi: 2^(−8/n) for powers of two; six heads take four of those, and every second one of eight.
        QCOMPARE(layer.heads, 6);
        const std::vector<double> slopes{0.25, 0.0625, 0.015625, 0.00390625, 0.5, 0.125};
        QCOMPARE(ops::alibiSlopes(6), slopes);
        // The scores without positions, less slope · distance.
        const Trace alibi = changed(*gpt, input, {"*:positions=alibi"});
        const TensorPtr plain = *none.tensor(layer.name + ".hook_scaled"),
                        biased = *alibi.tensor(layer.name + ".hook_scaled");
        for (std::int64_t h = 0; h < biased->size(0); ++h)
            for (std::int64_t i = 0; i < biased->size(1); ++i)
                for (std::int64_t j = 0; j < biased->size(2); ++j) {
                    const double slope = slopes[std::size_t(h)];
                    const double expected = double(plain->at({h, i, j})) - slope * double(std::abs(i - j));
                    QVERIFY(std::abs(double(biased->at({h, i, j})) - expected) <
                            rounding * (1 + std::abs(expected)));
                }

        // Rotary: layer 0's queries and keys without positions, turned pair by pair.
        const Trace rotary = changed(*gpt, input, {"*:positions=rotary"});
        const TensorPtr q = *none.tensor(layer.name + ".hook_q"), k = *none.tensor(layer.name + ".hook_k"),
                        s = *rotary.tensor(layer.name + ".hook_qk");
        const std::int64_t half = layer.dHead / 2;
        for (std::int64_t i = 0; i < q->size(0); i += 3)
            for (std::int64_t j = 0; j <= i; j += 2) {
                double sum = 0, size = 0;
                for (std::int64_t p = 0; p < half; ++p) {
                    const double angle =
                        double(i - j) * std::pow(10000.0, -2.0 * double(p) / double(2 * half));
                    const double qa = q->at({i, 1, p}), qb = q->at({i, 1, p + half}), ka = k->at({j, 1, p}),
                                 kb = k->at({j, 1, p + half});
                    sum += (qa * ka + qb * kb) * std::cos(angle) + (qa * kb - qb * ka) * std::sin(angle);
                    size += std::abs(qa * ka) + std::abs(qb * kb) + std::abs(qa * kb) + std::abs(qb * ka);
                }
                QVERIFY(std::abs(double(s->at({1, i, j})) - sum) < rounding * (1 + size));
            }

        // Sines and cosines as long as the learned rows that they replace.
        const Trace waves = changed(*gpt, input, {"*:positions=sinusoidal"});
        const TensorPtr learned = *test::run(*gpt, input).tensor("hook_pos_embed"),
                        sines = *waves.tensor("hook_pos_embed");
        double squares = 0;
        for (std::int64_t n = 0; n < learned->count(); ++n)
            squares += double((*learned)[n]) * double((*learned)[n]);
        const double amplitude = std::sqrt(2 * squares / double(learned->count()));
        for (std::int64_t i = 0; i < sines->size(0); i += 5)
            for (std::int64_t c = 0; c < sines->size(1); ++c) {
                const double angle =
                    double(i) / std::pow(10000.0, 2.0 * double(c / 2) / double(sines->size(1)));
                const double expected = amplitude * (c % 2 == 0 ? std::sin(angle) : std::cos(angle));
                QVERIFY(std::abs(double(sines->at({i, c})) - expected) < rounding);
            }
        // A rotary model gets them on top of its tokens, and no longer turns.
        const auto llama = test::bundled("stories260k");
        const ModelInput story = test::anyInput(*llama);
        const Trace added = changed(*llama, story, {"*:positions=sinusoidal"}),
                    own = test::run(*llama, story);
        QVERIFY(worst(**added.tensor("hook_embed"), **own.tensor("hook_embed")) > 0.1);
        QCOMPARE(worst(**added.tensor("blocks.2.attn.hook_rot_q"), **added.tensor("blocks.2.attn.hook_q")),
                 0.0);

        // What a model has, it does not get again; what it can't have is told.
        const auto refused = [](const Model& model, const char* spec) {
            const auto list = overridesOf(*model.program, parsed(spec));
            return list ? QString("accepted") : QString::fromStdString(list.error().text());
        };
        QVERIFY(refused(*llama, "*:positions=rotary").contains("already"));
        QVERIFY(refused(*test::bundled("date-seq2seq"), "*:positions=sinusoidal").contains("already"));
        if (const auto xl = tiny("transfo_xl"))
            for (const char* spec : {"*:positions=reversed", "*:positions=alibi", "*:positions=rotary"})
                QVERIFY2(refused(*xl, spec) != "accepted", spec);
    }

    void encodingsAreRead()
    {
        const auto read = [](const ModelPtr& model, const ModelInput& input) {
            return positionCodes(test::run(*model, input));
        };
        const auto gpt = test::bundled("shakespeare-char");
        const ModelInput input = test::anyInput(*gpt);
        auto codes = read(gpt, input);
        QCOMPARE(codes.size(), std::size_t(2));
        const PositionCode& table = codeOf(codes, Kind::Rows, true);
        const Trace run = test::run(*gpt, input);
        const TensorPtr w = *run.tensor("pos_embed.W_pos");
        QCOMPARE(table.values->size(1), w->size(0));
        QCOMPARE(table.values->at({3, 7}), w->at({7, 3}));
        // What a what-if has put in place is read like a model's own.
        QCOMPARE(positionCodes(changed(*gpt, input, {"*:positions=rotary"})).back().rule.kind,
                 Kind::Rotation);
        const auto swapped = positionCodes(changed(*gpt, input, {"*:positions=alibi"}));
        QCOMPARE(swapped.size(), std::size_t(1));
        QCOMPARE(swapped.front().rule.slopes, ops::alibiSlopes(gpt->program->attention.front().heads));
        QVERIFY(positionCodes(changed(*gpt, input, {"*:no-positions"})).empty());
        const auto textbook = textbookCodes(run);
        QCOMPARE(textbook.size(), std::size_t(4));
        const PositionCode& waves = codeOf(textbook, Kind::Sinusoids);
        QVERIFY(std::abs(double(waves.values->at({2, 9})) -
                         std::sin(9 * std::pow(10000.0, -2.0 / double(w->size(1))))) < 1e-6);

        const auto llama = test::bundled("stories260k");
        codes = read(llama, test::anyInput(*llama));
        QCOMPARE(codes.size(), std::size_t(1));
        const auto& pairs = codes.front().rule.frequencies;
        QCOMPARE(pairs.size(), std::size_t(llama->program->attention.front().dHead / 2));
        QCOMPARE(wavelength(pairs.front()), 2 * std::numbers::pi);
        for (std::size_t k = 0; k < pairs.size(); ++k)
            QVERIFY(std::abs(double(codes.front().values->at({std::int64_t(k), 13})) -
                             std::cos(13 * pairs[k])) < 1e-6);
        QVERIFY(textbookCodes(test::run(*llama, test::anyInput(*llama))).size() == 3);
        QVERIFY(read(test::bundled("induction-2l"), test::anyInput(*test::bundled("induction-2l"))).size() <=
                2);
    }

    void biasesByDistance()
    {
        if (const auto bloom = tiny("bloom")) {
            const Trace trace = test::run(*bloom, ids(*bloom, {{3, 5, 9, 4, 7}}));
            const auto codes = positionCodes(trace);
            QCOMPARE(codes.size(), std::size_t(1));
            const TensorPtr bias = *biasByDistance(trace, codes.front(), 0, 20);
            for (std::int64_t h = 0; h < bias->size(0); ++h)
                for (std::int64_t d = 0; d < 20; ++d)
                    QVERIFY(std::abs(double(bias->at({h, d})) +
                                     double(d) * std::pow(2.0, -2.0 * double(h + 1))) < 1e-6);
        }
        if (const auto t5 = tiny("t5")) {
            const Trace trace = test::run(*t5, ids(*t5, {{3, 5, 9, 4, 7}, {0, 5, 6}}));
            for (const PositionCode& code : positionCodes(trace)) {
                const TensorPtr own = *trace.step(code.step), bias = *biasByDistance(trace, code, 0, 5);
                for (std::int64_t h = 0; h < own->size(0); ++h)
                    for (std::int64_t d = 0; d < own->size(1); ++d)
                        QCOMPARE(bias->at({h, d}), own->at({h, own->size(1) - 1, own->size(1) - 1 - d}));
                const std::int64_t middle = code.values->size(1) / 2;
                QCOMPARE(code.values->at({1, middle - 2}), own->at({1, 2, 0}));
                QCOMPARE(code.values->at({1, middle + 1}), own->at({1, 0, 1}));
            }
        }
    }

    void similarityAgainstDoublePrecision()
    {
        const auto gpt = test::bundled("shakespeare-char");
        const auto codes = positionCodes(test::run(*gpt, test::anyInput(*gpt)));
        const Tensor& values = *codeOf(codes, Kind::Rows, true).values;
        for (const Likeness likeness : {Likeness::Dot, Likeness::Cosine}) {
            const TensorPtr matrix = *positionSimilarity(values, likeness);
            const std::int64_t n = matrix->size(0);
            QCOMPARE(n, values.size(1));
            for (std::int64_t i = 0; i < n; i += 7)
                for (std::int64_t j = 0; j < n; j += 5) {
                    double dot = 0, a = 0, b = 0;
                    for (std::int64_t d = 0; d < values.size(0); ++d) {
                        const double x = values.at({d, i}), y = values.at({d, j});
                        dot += x * y;
                        a += x * x;
                        b += y * y;
                    }
                    if (likeness == Likeness::Cosine)
                        dot /= std::sqrt(a * b);
                    QVERIFY(std::abs(double(matrix->at({i, j})) - dot) < 1e-6 * (1 + std::abs(dot)));
                }
            const OffsetCurve curve = byOffset(*matrix);
            QCOMPARE(curve.mean.size(), std::size_t(n));
            double sum = 0, squares = 0;
            for (std::int64_t i = 3; i < n; ++i)
                sum += double(matrix->at({i, i - 3})) / double(n - 3);
            for (std::int64_t i = 3; i < n; ++i)
                squares += std::pow(double(matrix->at({i, i - 3})) - sum, 2) / double(n - 3);
            QVERIFY(std::abs(curve.mean[3] - sum) < 1e-9);
            QVERIFY(std::abs(curve.deviation[3] - std::sqrt(squares)) < 1e-9);
            QVERIFY(curve.least[3] <= curve.mean[3] && curve.mean[3] <= curve.most[3]);
        }
        // Of sines and cosines the offset alone counts, and a position is most like itself: d/2 at offset 0.
        const auto date = test::bundled("date-seq2seq");
        const auto waves = positionCodes(test::run(*date, test::anyInput(*date)));
        const Tensor& sines = *waves.front().values;
        const OffsetCurve even = byOffset(**positionSimilarity(sines, Likeness::Dot));
        QVERIFY(std::abs(even.mean[0] - double(sines.size(0)) / 2) < 1e-4);
        for (std::size_t o = 0; o < even.mean.size(); ++o) {
            double expected = 0;
            for (const double frequency : waves.front().rule.frequencies)
                expected += std::cos(double(o) * frequency);
            QVERIFY(std::abs(even.mean[o] - expected) < 1e-4);
            QVERIFY(even.most[o] - even.least[o] < 1e-4);
        }
        QVERIFY(!positionSimilarity(Tensor({named("d", 2)}), Likeness::Dot));
    }

    void dialsTurnTogether()
    {
        const auto llama = test::bundled("stories260k");
        const Trace trace = test::run(*llama, test::anyInput(*llama));
        const AttentionLayer& layer = llama->program->attention[2];
        const TensorPtr qk = *trace.tensor(layer.name + ".hook_qk"),
                        q = *trace.tensor(layer.name + ".hook_q");
        for (const int head : {0, 3, 7})
            for (const std::int64_t key : {0, 2, 5}) {
                const std::int64_t query = 6;
                const RotaryDial dial = *rotaryDial(trace, 2, head, query, key);
                QCOMPARE(dial.queryPlace, query);
                QCOMPARE(dial.keyPlace, key);
                const double stored = qk->at({head, query, key});
                QVERIFY(std::abs(dial.score(6, double(key)) - stored) < rounding * (1 + std::abs(stored)));
                // Both moved: the same. One moved: another.
                QVERIFY(std::abs(dial.score(106, double(100 + key)) - dial.score(6, double(key))) < 1e-9);
                QVERIFY(std::abs(dial.score(7, double(key)) - dial.score(6, double(key))) > 1e-3);
                double sum = dial.rest;
                for (const RotatedPair& pair : dial.pairs)
                    sum += pair.product(double(query - key));
                QVERIFY(std::abs(sum - dial.score(6, double(key))) < 1e-9);
                QVERIFY(std::abs(dial.pairs[1].q[0] -
                                 double(q->at({query, head, dial.pairs.size() > 1 ? 1 : 0}))) < 1e-4);
            }
        QVERIFY(!rotaryDial(trace, 2, 8, 0, 0));
        QVERIFY(!rotaryDial(trace, 99, 0, 0, 0));
        const auto gpt = test::bundled("shakespeare-char");
        const ModelInput input = test::anyInput(*gpt);
        QVERIFY(!rotaryDial(test::run(*gpt, input), 0, 0, 0, 0));
        const Trace turned = changed(*gpt, input, {"*:positions=rotary"});
        const double stored = (*turned.tensor("blocks.1.attn.hook_qk"))->at({1, 4, 2});
        QVERIFY(std::abs(rotaryDial(turned, 1, 1, 4, 2)->score(4, 2) - stored) <
                rounding * (1 + std::abs(stored)));
    }

    void scoresHaveTheirPartOfPositions()
    {
        using Part = PositionScores::Part;
        const auto sums = [](const PositionScores& s) {
            double most = 0;
            for (std::size_t j = 0; j < s.score.size(); ++j)
                most = std::max(most, std::abs(s.content[j] + s.position[j] - s.score[j]));
            return most;
        };
        const auto llama = test::bundled("stories260k");
        const Trace trace = test::run(*llama, test::anyInput(*llama));
        const PositionScores rotary = *positionScores(trace, 1, 3, 6);
        QCOMPARE(rotary.part, Part::Rotation);
        QVERIFY(sums(rotary) < 1e-12);
        const TensorPtr q = *trace.tensor("blocks.1.attn.hook_q"), k = *trace.tensor("blocks.1.attn.hook_k");
        const std::int64_t keyHead = 3 / (q->size(1) / k->size(1));
        for (std::int64_t j = 0; j <= 6; ++j) {
            double dot = 0;
            for (std::int64_t d = 0; d < q->size(2); ++d)
                dot += double(q->at({6, 3, d})) * double(k->at({j, keyHead, d}));
            dot /= std::sqrt(double(q->size(2)));
            QVERIFY(std::abs(rotary.content[std::size_t(j)] - dot) < 1e-4 * (1 + std::abs(dot)));
            QVERIFY(!rotary.masked[std::size_t(j)]);
        }
        QVERIFY(rotary.masked[7]);
        const auto gpt = test::bundled("shakespeare-char");
        const ModelInput input = test::anyInput(*gpt);
        QCOMPARE(positionScores(test::run(*gpt, input), 0, 0, 2)->part, Part::None);
        const PositionScores alibi = *positionScores(changed(*gpt, input, {"*:positions=alibi"}), 1, 0, 4);
        QCOMPARE(alibi.part, Part::Bias);
        const double slope = ops::alibiSlopes(gpt->program->attention[1].heads)[0];
        for (std::size_t j = 0; j <= 4; ++j)
            QVERIFY(std::abs(alibi.position[j] + slope * double(4 - j)) < 1e-12);
        QVERIFY(!positionScores(trace, 1, 8, 0));
        QVERIFY(!positionScores(trace, 1, 0, 1000));

        if (const auto bloom = tiny("bloom")) {
            const Trace run = test::run(*bloom, ids(*bloom, {{3, 5, 9, 4, 7}}));
            const PositionScores s = *positionScores(run, 2, 1, 3);
            QCOMPARE(s.part, Part::Bias);
            const TensorPtr scaled = *run.tensor("blocks.2.attn.hook_scaled");
            for (std::int64_t j = 0; j < 5; ++j)
                QVERIFY(std::abs(s.content[std::size_t(j)] - double(scaled->at({1, 3, j}))) < rounding);
        }
        if (const auto t5 = tiny("t5")) {
            const Trace run = test::run(*t5, ids(*t5, {{3, 5, 9, 4, 7}, {0, 5, 6}}));
            const PositionScores s = *positionScores(run, 1, 1, 3);
            const TensorPtr bias = *run.tensor("encoder.blocks.0.attn.hook_rel_pos_bias");
            for (std::int64_t j = 0; j < 5; ++j)
                QCOMPARE(s.position[std::size_t(j)], double(bias->at({1, 3, j})));
        }
        if (const auto xl = tiny("transfo_xl")) {
            const Trace run = test::run(*xl, ids(*xl, {{6, 151, 36, 60, 168}}));
            const PositionScores s = *positionScores(run, 1, 2, 3);
            QCOMPARE(s.part, Part::Distance);
            double size = 0;
            for (std::size_t j = 0; j < s.score.size(); ++j) {
                const double sum = s.terms[0][j] + s.terms[1][j] + s.terms[2][j] + s.terms[3][j];
                if (!s.masked[j])
                    QVERIFY(std::abs(sum - s.score[j]) < rounding * (1 + std::abs(sum)));
                size = std::max(size, std::abs(s.terms[3][j]));
            }
            QVERIFY(size > 1e-6);
            // Term d is the same for all queries: it is the bias by distance.
            const auto codes = positionCodes(run);
            const TensorPtr bias = *biasByDistance(run, codeOf(codes, Kind::Distances), 1, 12);
            const std::size_t own = s.score.size() - 5 + 3;
            for (std::size_t d = 0; d < 5; ++d)
                QVERIFY(std::abs(double(bias->at({2, std::int64_t(d)})) - s.terms[3][own - d]) < 1e-6);
        }
    }
};

QTEST_APPLESS_MAIN(PositionTest)
#include "position_test.moc"
