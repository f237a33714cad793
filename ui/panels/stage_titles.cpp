// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/stage_titles.h"

#include <QStringList>

#include <algorithm>

namespace headlight {

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
        path.insert(path.size() - 1, coreWords("Attention"));
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
    return layerTitle(program.attention[static_cast<std::size_t>(attention)]);
}

} // namespace headlight
