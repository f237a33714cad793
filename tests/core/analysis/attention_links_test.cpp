// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/attention_links.h"

#include <QTest>

using namespace headlight;

namespace {

Tensor patternOf(std::int64_t heads, std::int64_t queries, std::int64_t keys, std::vector<float> values)
{
    return Tensor({named(axis::head, heads), named(axis::query, queries), named(axis::key, keys)},
                  std::move(values));
}

} // namespace

class AttentionLinksTest : public QObject
{
    Q_OBJECT
private slots:
    void strongestFirstAndNoneTooWeak()
    {
        const AttentionLinks links(patternOf(2, 2, 3,
                                             {1, 0, 0, //
                                              0.3F, 0.695F, 0.005F,
                                              // the second head
                                              0, 0.2F, 0.8F, //
                                              0.5F, 0, 0.5F}));
        QCOMPARE(links.heads(), 2);
        QCOMPARE(links.queries(), std::int64_t(2));
        QCOMPARE(links.keys(), std::int64_t(3));
        QVERIFY(links.looksAhead());
        const auto row = links.of(0, 1);
        QCOMPARE(row.size(), std::size_t(2));
        QVERIFY(row[0] == (AttentionLink{0, 1, 1, 0.695F}));
        QVERIFY(row[1] == (AttentionLink{0, 1, 0, 0.3F}));
        QCOMPARE(links.of(1, 0)[0].key, 2);
        // Equal weights stay in the order of the keys.
        QCOMPARE(links.of(1, 1)[0].key, 0);
        QVERIFY(links.of(2, 0).empty());
        QVERIFY(links.of(0, 2).empty());
        QVERIFY(!AttentionLinks(patternOf(1, 2, 2, {1, 0, 0.5F, 0.5F})).looksAhead());
    }

    void theThresholdLeavesWhatCanBeRead()
    {
        // Ten queries look at everything alike, one at a single key.
        std::vector<float> values;
        for (int q = 0; q < 10; ++q)
            for (int k = 0; k < 10; ++k)
                values.push_back(q == 0 ? (k == 0 ? 1.F : 0.F) : 0.1F + (k == q ? 0.05F : 0.F));
        const AttentionLinks links(patternOf(1, 10, 10, std::move(values)));
        const std::vector<int> first{0};
        const double one = links.readableThreshold(first, 1), many = links.readableThreshold(first, 9);
        QVERIFY(one > 0.13 && one < 0.16);
        QVERIFY(many > 0.08 && many < 0.11);
        // A text with hardly any links keeps them all.
        QCOMPARE(links.readableThreshold(first, 100), 0.01);
    }
};

QTEST_GUILESS_MAIN(AttentionLinksTest)
#include "attention_links_test.moc"
