// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/stage_titles.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <array>

namespace headlight {

namespace {

constexpr const char* context = "Stages";

/// Every title that core's families use, for lupdate; an unknown one is shown as it is.
[[maybe_unused]] constexpr std::array titles{
    QT_TRANSLATE_NOOP("Stages", "Tokens → ids"),
    QT_TRANSLATE_NOOP("Stages", "Image → pixels"),
    QT_TRANSLATE_NOOP("Stages", "Embedding"),
    QT_TRANSLATE_NOOP("Stages", "Patches"),
    QT_TRANSLATE_NOOP("Stages", "Layer"),
    QT_TRANSLATE_NOOP("Stages", "Encoder"),
    QT_TRANSLATE_NOOP("Stages", "Decoder"),
    QT_TRANSLATE_NOOP("Stages", "Attention"),
    QT_TRANSLATE_NOOP("Stages", "Self-attention"),
    QT_TRANSLATE_NOOP("Stages", "Cross-attention"),
    QT_TRANSLATE_NOOP("Stages", "RMS norm"),
    QT_TRANSLATE_NOOP("Stages", "Layer norm"),
    QT_TRANSLATE_NOOP("Stages", "Final RMS norm"),
    QT_TRANSLATE_NOOP("Stages", "Final layer norm"),
    QT_TRANSLATE_NOOP("Stages", "Queries, keys, values"),
    QT_TRANSLATE_NOOP("Stages", "Rotary positions"),
    QT_TRANSLATE_NOOP("Stages", "Scores q·kᵀ"),
    QT_TRANSLATE_NOOP("Stages", "Scale ÷ √d"),
    QT_TRANSLATE_NOOP("Stages", "Scale (none)"),
    QT_TRANSLATE_NOOP("Stages", "Position bias"),
    QT_TRANSLATE_NOOP("Stages", "Mask"),
    QT_TRANSLATE_NOOP("Stages", "Mask (none)"),
    QT_TRANSLATE_NOOP("Stages", "Causal mask"),
    QT_TRANSLATE_NOOP("Stages", "Softmax"),
    QT_TRANSLATE_NOOP("Stages", "Mix the values"),
    QT_TRANSLATE_NOOP("Stages", "Join heads, W_O"),
    QT_TRANSLATE_NOOP("Stages", "Add to the residual"),
    QT_TRANSLATE_NOOP("Stages", "MLP"),
    QT_TRANSLATE_NOOP("Stages", "Masked-word head"),
    QT_TRANSLATE_NOOP("Stages", "Class token"),
    QT_TRANSLATE_NOOP("Stages", "Logits"),
    QT_TRANSLATE_NOOP("Stages", "Probabilities"),
};

} // namespace

QString stageTitle(const Stage& stage)
{
    QString title = QCoreApplication::translate(context, stage.title.c_str());
    if (stage.number >= 0)
        title += QStringLiteral(" %1").arg(stage.number);
    // A subscript where core has an underscore.
    return title.replace(QStringLiteral("W_O"), QStringLiteral("Wₒ"));
}

QString breadcrumb(const Program& program, int step)
{
    const Step& s = program.steps[static_cast<std::size_t>(step)];
    QStringList path;
    bool named = false;
    for (int i = s.stage; i >= 0; i = program.stages[static_cast<std::size_t>(i)].parent) {
        const Stage& stage = program.stages[static_cast<std::size_t>(i)];
        named = named || stage.key == "self_attention" || stage.key == "cross_attention";
        path.prepend(stageTitle(stage));
    }
    const bool within =
        std::any_of(program.attention.begin(), program.attention.end(),
                    [&](const AttentionLayer& a) { return s.hook.starts_with(a.name + "."); });
    if (within && !named && path.size() > 1)
        path.insert(path.size() - 1, QCoreApplication::translate(context, "Attention"));
    return path.join(QStringLiteral(" › "));
}

QString hookTail(const std::string& hook)
{
    const QString name = QString::fromStdString(hook);
    return name.mid(name.lastIndexOf(QLatin1Char('.')) + 1);
}

QString stepTitle(const Step& step)
{
    QString words = hookTail(step.hook);
    if (words.startsWith(QStringLiteral("hook_")))
        words.remove(0, 5);
    return words.replace(QLatin1Char('_'), QLatin1Char(' '));
}

QString sizeText(const Axes& axes)
{
    QStringList sizes;
    for (const Axis& a : axes)
        sizes << (a.size == anySize ? QStringLiteral("n") : QString::number(a.size));
    return sizes.join(QStringLiteral(" × "));
}

QString attentionTitle(const Program& program, int attention)
{
    const AttentionLayer& a = program.attention[static_cast<std::size_t>(attention)];
    QString layer = QCoreApplication::translate(context, "Layer") + QStringLiteral(" %1").arg(a.layer);
    if (!a.stack.empty())
        layer.prepend(QString::fromStdString(a.stack) + QLatin1Char(' '));
    if (a.kind == AttentionLayer::Kind::Cross)
        layer += QLatin1Char(' ') + QCoreApplication::translate(context, "cross-attention");
    return layer.left(1).toUpper() + layer.mid(1);
}

} // namespace headlight
