// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/model.h"
#include "panels/stage_titles.h"
#include "panels/texts.h"

#include <QTest>

using namespace headlight;

class TestTexts : public QObject
{
    Q_OBJECT
    static std::filesystem::path resources()
    {
        return std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "resources";
    }

private slots:
    void everyStageAndOpOfABundledModelHasWords()
    {
        const Texts texts(resources(), "en");
        QVERIFY(!texts.empty());
        for (const auto& folder : bundledModels(resources())) {
            const auto model = openModel(folder);
            QVERIFY(model);
            for (const Stage& stage : (*model)->program->stages)
                QVERIFY2(!texts.stage(stage.key).empty(), stage.key.c_str());
            for (const Step& step : (*model)->program->steps) {
                const Text text = texts.op(step.op->name());
                QVERIFY2(!text.empty() && !text.why.isEmpty(), std::string(step.op->name()).c_str());
            }
        }
    }

    void aMissingLanguageIsOnlyEmpty() { QVERIFY(Texts(resources(), "xx").empty()); }

    void breadcrumbsNameTheWay()
    {
        const auto model = openModel(resources() / "models" / "stories260k");
        QVERIFY(model);
        const Program& p = *(*model)->program;
        QCOMPARE(breadcrumb(p, p.findStep("blocks.1.attn.hook_qk")),
                 QString("Layer 1 › Attention › Scores q·kᵀ"));
        QCOMPARE(breadcrumb(p, p.findStep("hook_logits")), QString("Logits"));
        const auto two = openModel(resources() / "models" / "date-seq2seq");
        QVERIFY(two);
        const Program& q = *(*two)->program;
        QCOMPARE(breadcrumb(q, q.findStep("decoder.blocks.0.cross_attn.hook_pattern")),
                 QString("Decoder › Layer 0 › Cross-attention › Softmax"));
    }
};

QTEST_MAIN(TestTexts)
#include "test_texts.moc"
