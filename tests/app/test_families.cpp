// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Every family's attention and logits through `headlight trace`, against the reference. The core's tests
// compare every tensor; this one says that the command line brings them out, for every kind of input.

#include "../core/support.h"
#include "program.h"

#include "formats/npz.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace headlight;
using namespace headlight::test;

namespace {

const QString golden = QStringLiteral(HEADLIGHT_SHARED_DIR "/golden");

QString list(const QJsonValue& batch)
{
    QStringList numbers;
    for (const auto& number : batch.toArray().at(0).toArray())
        numbers << QString::number(number.toInt());
    return numbers.join(',');
}

/// The options that give a model its reference input; of the second segment where there is one.
QStringList inputOptions(const QString& folder, bool second)
{
    const QJsonObject json = readJson((folder + "/inputs.json").toStdString());
    QStringList options;
    if (second)
        options << "--memory-ids" << list(json["input_ids"]) << "--ids" << list(json["segment2_input_ids"]);
    else if (json.contains("input_ids"))
        options << "--ids" << list(json["input_ids"]);
    if (json.contains("decoder_input_ids"))
        options << "--target-ids" << list(json["decoder_input_ids"]);
    if (json.contains("token_type_ids"))
        options << "--token-types" << list(json["token_type_ids"]);
    if (json.contains("pixel_values"))
        options << "--pixels" << folder + "/" + json["pixel_values"].toObject()["npy"].toString();
    QStringList marked;
    const QJsonArray marks = json["global_attention_mask"].toArray().at(0).toArray();
    for (int i = 0; i < marks.size(); ++i)
        if (marks[i].toInt() == 1)
            marked << QString::number(i);
    if (!marked.isEmpty())
        options << "--global" << marked.join(',');
    return options;
}

/// The hook that has the numbers of an output of the reference; empty for those that this test leaves alone.
QString hookOf(const QString& output, const QJsonObject& outputs)
{
    if (output == "logits")
        return "hook_logits";
    static const QRegularExpression attentions(R"(^(\w*?)_?(?:model_output\.)?attentions\.(\d+)$)");
    const auto match = attentions.match(output);
    if (!match.hasMatch())
        return {};
    const QString block = ".blocks." + match.captured(2);
    const QString what = match.captured(1);
    if (what.isEmpty()) // A sparse pattern is compared in its dense form.
        return outputs.contains("dense_" + output) ? QString() : block.mid(1) + ".attn.hook_pattern";
    if (what == "dense")
        return block.mid(1) + ".attn.hook_pattern";
    if (what == "cross")
        return "decoder" + block + ".cross_attn.hook_pattern";
    if (what == "encoder" || what == "decoder" || what == "text" || what == "vision")
        return what + block + ".attn.hook_pattern";
    return {};
}

} // namespace

class FamiliesTest : public QObject
{
    Q_OBJECT
private slots:
    void attentionAgrees_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<bool>("second");
        if (!QDir(golden).exists())
            QSKIP("the reference data is not beside the source");
        for (const QString& name : QDir(golden).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            if (name.startsWith(
                    "reformer")) // hashes with random rotations, which the command line draws itself
                continue;
            const QString folder = golden + "/" + name;
            QTest::newRow(qPrintable(name)) << folder << false;
            if (readJson((folder + "/inputs.json").toStdString()).contains("segment2_input_ids"))
                QTest::newRow(qPrintable(name + " after a segment")) << folder << true;
        }
    }
    void attentionAgrees()
    {
        QFETCH(QString, folder);
        QFETCH(bool, second);
        const QTemporaryDir dir;
        const auto finished =
            program(QStringList{"trace", folder, "-o", dir.filePath("t.npz")} + inputOptions(folder, second));
        VERIFY_SUCCESS(finished);
        const auto arrays = readNpz(dir.filePath("t.npz").toStdString());
        QVERIFY(arrays);
        const QJsonObject outputs =
            readJson((folder + "/golden/manifest.json").toStdString())["outputs"].toObject();
        int compared = 0;
        for (auto it = outputs.begin(); it != outputs.end(); ++it) {
            if (it.key().startsWith("segment2.") != second)
                continue;
            const QString hook = hookOf(it.key().mid(second ? 9 : 0), outputs);
            if (hook.isEmpty())
                continue;
            const QJsonObject entry = it.value().toObject();
            const auto reference = readNpy((folder + "/golden/" + entry["file"].toString()).toStdString());
            QVERIFY2(reference, reference ? "" : reference.error().text().c_str());
            const auto found = arrays->find(hook.toStdString());
            QVERIFY2(found != arrays->end(), qPrintable(it.key() + " as " + hook));
            const auto& values = found->second.values;
            QVERIFY2(values.size() == reference->values.size(), qPrintable(it.key()));
            // The manifest's tolerance.
            const double tolerance =
                std::max(20 * entry["max_abs_diff_vs_f64"].toDouble(), 1e-5 * entry["max_abs"].toDouble());
            double worst = 0;
            for (std::size_t i = 0; i < values.size(); ++i)
                worst = std::max(worst, std::abs(double(values[i]) - double(reference->values[i])));
            QVERIFY2(worst <= tolerance,
                     qPrintable(QString("%1: %2 > %3").arg(it.key()).arg(worst).arg(tolerance)));
            ++compared;
        }
        QVERIFY(compared > 0);
    }
};

QTEST_APPLESS_MAIN(FamiliesTest)
#include "test_families.moc"
