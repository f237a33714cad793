// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The known heads of the bundled models come out, and the numbers are what the definitions say.

#include "../support.h"
#include "analysis/head_metrics.h"

#include <QTest>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <numeric>

using namespace headlight;

namespace {

Trace onText(const Model& model, const std::string& text)
{
    const auto input = makeInput(model, {{text, {}}});
    if (!input)
        qFatal("%s", input.error().text().c_str());
    return test::run(model, *input);
}

/// Every metric of a pattern as its definition says it, query by query and in double precision. What the
/// input has no evidence of is left out.
std::map<std::string, double> straightforward(const Model& model, const Trace& trace,
                                              const AttentionLayer& layer, const Tensor& p, int head)
{
    const std::int64_t n = p.size(1), m = p.size(2);
    const auto w = [&](std::int64_t i, std::int64_t j) { return double(p.at({head, i, j})); };
    const Stream& stream = model.program->streams[std::size_t(layer.keys)];
    const auto& labels = trace.input().streams[std::size_t(layer.keys)].labels;
    const bool self = layer.kind == AttentionLayer::Kind::Self, tokens = stream.kind == Stream::Kind::Tokens;
    std::map<std::string, std::vector<double>> all;
    std::map<std::int64_t, int> offsets;
    const auto isMark = [](const PositionLabel& label) {
        const std::string text = label.text.substr(label.text.starts_with("␣") ? 3 : 0);
        return !label.special && text.size() == 1 && std::ispunct(static_cast<unsigned char>(text[0]));
    };
    const bool punctuated = std::any_of(labels.begin(), labels.end(), isMark);
    for (std::int64_t i = 0; i < n; ++i) {
        double entropy = 0, special = 0, marks = 0, distance = 0, placed = 0, duplicate = 0, induction = 0;
        std::int64_t strongest = 0;
        bool again = false, after = false;
        for (std::int64_t j = 0; j < m; ++j) {
            const PositionLabel& label = labels[std::size_t(j)];
            entropy -= w(i, j) > 0 ? w(i, j) * std::log(w(i, j)) : 0;
            strongest = w(i, j) > w(i, strongest) ? j : strongest;
            special += label.special ? w(i, j) : 0;
            marks += isMark(label) ? w(i, j) : 0;
            if (tokens) {
                distance += w(i, j) * double(std::abs(i - j));
                placed += w(i, j);
            } else if (i >= stream.leadingTokens && j >= stream.leadingTokens) {
                const auto columns = std::int64_t(stream.patchColumns);
                const std::int64_t a = i - stream.leadingTokens, b = j - stream.leadingTokens;
                distance += w(i, j) * std::sqrt(std::pow(double(a / columns - b / columns), 2) +
                                                std::pow(double(a % columns - b % columns), 2));
                placed += w(i, j);
            }
            if (self && tokens && j < i && label.id == labels[std::size_t(i)].id) {
                again = true;
                duplicate += w(i, j);
                if (j + 1 < i) {
                    after = true;
                    induction += w(i, j + 1);
                }
            }
        }
        all["confidence"].push_back(w(i, strongest));
        all["entropy"].push_back(entropy);
        all["special_tokens"].push_back(special);
        if (punctuated)
            all["punctuation"].push_back(marks);
        if (i > 0 || !self)
            all["first_token"].push_back(w(i, 0));
        if (!self)
            continue;
        ++offsets[strongest - i];
        all["current_token"].push_back(w(i, i));
        if (i > 0)
            all["previous_token"].push_back(w(i, i - 1));
        if (i + 1 < n)
            all["next_token"].push_back(w(i, i + 1));
        if (placed > 0)
            all["mean_distance"].push_back(distance / placed);
        if (again)
            all["duplicate_token"].push_back(duplicate);
        if (after)
            all["induction"].push_back(induction);
    }
    std::map<std::string, double> means;
    for (const auto& [key, values] : all)
        means[key] = std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
    for (const auto& [offset, count] : offsets)
        means["positional"] = std::max(means["positional"], double(count) / double(n));
    return means;
}

} // namespace

class HeadMetricsTest : public QObject
{
    Q_OBJECT
private slots:
    void inductionModelIsWhatItIsKnownFor()
    {
        const auto model = test::bundled("induction-2l");
        const auto heads = allHeadMetrics(onText(*model, "dgmrbqwm"));
        QVERIFY(heads);
        QCOMPARE(heads->size(), std::size_t(2));
        QCOMPARE(QString::fromStdString((*heads)[0].label()), "previous token");
        QCOMPARE(QString::fromStdString((*heads)[1].label()), "induction");
        QVERIFY(*(*heads)[1].value("induction") > 0.9);
        QVERIFY(!onText(*model, "abcdefgh").valid() ||
                !headMetrics(onText(*model, "abcdefgh"), 1, 0)->value("induction"));
    }

    void bertHeadsReadTheNeighbours()
    {
        const auto model = test::bundled("kjv-bert");
        const Trace trace = onText(*model, "The children of [MASK] went out of Egypt.");
        QCOMPARE(QString::fromStdString(headMetrics(trace, 1, 2)->label()), "previous token");
        QCOMPARE(QString::fromStdString(headMetrics(trace, 1, 3)->label()), "next token");
    }

    void storiesHeadOfTheExample()
    {
        const auto model = test::bundled("stories260k");
        const auto metrics = headMetrics(onText(*model, "Once upon a time, there was a little"), 1, 3);
        QCOMPARE(QString::fromStdString(metrics->label()), "previous token");
    }

    void punctuationIsWhatStandsAlone()
    {
        const auto model = test::bundled("kjv-bert");
        const auto value = [&](const char* text) {
            return headMetrics(onText(*model, text), 0, 0)->value("punctuation");
        };
        QVERIFY(!value("the children of israel")); // no evidence
        QVERIFY(*value("the children of israel, and the egyptians.") > 0);
    }

    void numbersFollowTheDefinitions_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : test::bundledNames())
            QTest::newRow(qPrintable(name)) << name;
    }
    void numbersFollowTheDefinitions()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const Trace trace = test::run(*model, test::anyInput(*model));
        const auto heads = allHeadMetrics(trace);
        QVERIFY(heads);
        for (const HeadMetrics& metrics : *heads) {
            const AttentionLayer& layer = model->program->attention[std::size_t(metrics.layer)];
            const TensorPtr p = *trace.step(layer.pattern);
            const auto expected = straightforward(*model, trace, layer, *p, metrics.head);
            for (const MetricDefinition& d : metricDefinitions()) {
                const auto found = metrics.value(d.key);
                const auto known = expected.find(std::string(d.key));
                QVERIFY2(found.has_value() == (known != expected.end()), d.key.data());
                if (found)
                    QVERIFY2(std::abs(*found - known->second) < 1e-9, d.key.data());
            }
            for (std::size_t i = 0; i < metrics.values.size(); ++i)
                if (metrics.values[i] && metricDefinitions()[i].most > 0)
                    QVERIFY(*metrics.values[i] >= -1e-6 &&
                            *metrics.values[i] <= metricDefinitions()[i].most + 1e-6);
        }
    }
};

QTEST_APPLESS_MAIN(HeadMetricsTest)
#include "head_metrics_test.moc"
