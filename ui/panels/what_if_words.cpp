// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/what_if_words.h"

#include "panels/stage_titles.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <utility>
#include <vector>

namespace headlight {

namespace {

struct WhatIfWords
{
    Q_DECLARE_TR_FUNCTIONS(WhatIfWords)
};

/// "Layer 1", "Layer 1 MLP", "All layers"; other targets by their names.
QString targetWords(const Program& program, const std::string& target)
{
    if (target == "*")
        return WhatIfWords::tr("All layers");
    for (std::size_t i = 0; i < program.attention.size(); ++i)
        if (program.attention[i].name == target)
            return attentionTitle(program, static_cast<int>(i));
    for (const Sublayer& part : sublayersOf(program)) {
        if (part.name != target || part.stage < 0)
            continue;
        for (int s = part.stage; s >= 0; s = program.stages[static_cast<std::size_t>(s)].parent)
            if (program.stages[static_cast<std::size_t>(s)].number >= 0)
                return stageTitle(program.stages[static_cast<std::size_t>(s)]);
    }
    return QString::fromStdString(target);
}

QString maskWords(const WhatIf& whatIf)
{
    using Mask = WhatIf::Mask;
    switch (whatIf.mask) {
    case Mask::None:
        return WhatIfWords::tr("no mask");
    case Mask::Causal:
        return WhatIfWords::tr("causal mask");
    case Mask::Window:
        return WhatIfWords::tr("window of %1").arg(whatIf.size);
    case Mask::Strided:
        return WhatIfWords::tr("sparse, strided by %1").arg(whatIf.size);
    case Mask::Fixed:
        return WhatIfWords::tr("sparse, fixed blocks of %1").arg(whatIf.size);
    case Mask::Alternating:
        return WhatIfWords::tr("dense and banded (%1) in turn").arg(whatIf.size);
    }
    return {};
}

QString positionWords(const WhatIf& whatIf)
{
    using Positions = WhatIf::Positions;
    switch (whatIf.positions) {
    case Positions::Sinusoidal:
        return WhatIfWords::tr("sinusoidal positions");
    case Positions::Rotary:
        return WhatIfWords::tr("rotary positions");
    case Positions::Alibi:
        return WhatIfWords::tr("ALiBi");
    case Positions::Reversed:
        return WhatIfWords::tr("positions reversed");
    case Positions::Shuffled:
        return WhatIfWords::tr("positions shuffled (seed %1)").arg(whatIf.size);
    case Positions::Shifted:
        return WhatIfWords::tr("positions shifted by %1").arg(whatIf.size);
    }
    return {};
}

bool isMlp(const Program& program, const std::string& target)
{
    const auto parts = sublayersOf(program);
    return std::any_of(parts.begin(), parts.end(),
                       [&](const Sublayer& p) { return p.name == target && p.attention < 0; });
}

QString changeOnly(const Program& program, const WhatIf& whatIf)
{
    using Kind = WhatIf::Kind;
    switch (whatIf.kind) {
    case Kind::NoScale:
        return WhatIfWords::tr("no 1/√d");
    case Kind::Temperature:
        return WhatIfWords::tr("temperature %1").arg(whatIf.temperature, 0, 'g', 4);
    case Kind::Mask:
        return maskWords(whatIf);
    case Kind::Uniform:
        return WhatIfWords::tr("uniform pattern");
    case Kind::Identity:
        return WhatIfWords::tr("identity pattern");
    case Kind::NoPositions:
        return WhatIfWords::tr("no positions");
    case Kind::Positions:
        return positionWords(whatIf);
    case Kind::Off:
        return whatIf.target == "*"            ? WhatIfWords::tr("all parts off")
               : isMlp(program, whatIf.target) ? WhatIfWords::tr("MLP off")
                                               : WhatIfWords::tr("attention off");
    case Kind::HeadOff:
        return WhatIfWords::tr("head %1 off").arg(whatIf.head);
    case Kind::HeadMean:
        return WhatIfWords::tr("head %1 averaged").arg(whatIf.head);
    case Kind::Edit:
        break;
    }
    return {};
}

} // namespace

QString whatIfWords(const Program& program, const WhatIf& whatIf)
{
    if (whatIf.kind != WhatIf::Kind::Edit)
        return QStringLiteral("%1: %2").arg(targetWords(program, whatIf.target), changeOnly(program, whatIf));
    QStringList indices, values;
    for (const auto& index : whatIf.cell)
        indices << (index ? QString::number(*index) : QStringLiteral("*"));
    for (std::size_t i = 0; i < whatIf.values.size() && i < 3; ++i)
        values << QString::number(static_cast<double>(whatIf.values[i]), 'g', 6);
    return QStringLiteral("%1[%2] = %3%4")
        .arg(QString::fromStdString(whatIf.target), indices.join(QStringLiteral(", ")),
             values.join(QStringLiteral(", ")), whatIf.values.size() > 3 ? QStringLiteral(" …") : QString());
}

QString whatIfUndoneWords(const Program& program, const WhatIf& whatIf)
{
    if (whatIf.kind == WhatIf::Kind::HeadOff || whatIf.kind == WhatIf::Kind::HeadMean)
        return QStringLiteral("%1: %2").arg(targetWords(program, whatIf.target),
                                            WhatIfWords::tr("head %1 on").arg(whatIf.head));
    return WhatIfWords::tr("%1 taken back").arg(whatIfWords(program, whatIf));
}

QStringList changeWords(const Program& program, const Overrides& list)
{
    std::vector<std::pair<QString, QStringList>> byChange; // what, where
    for (const OverridePtr& o : list) {
        QString what, where = QString::fromStdString(o->target);
        if (const auto* edit = std::get_if<Override::EditCells>(&o->change)) {
            what = edit->cells.size() == 1 ? WhatIfWords::tr("1 cell edited")
                                           : WhatIfWords::tr("%1 cells edited").arg(edit->cells.size());
        } else if (const std::string name = o->target.substr(0, o->target.rfind(".hook_"));
                   auto whatIf = parseWhatIf(name + ":" + o->what)) {
            // Parts of a layer are named by their output's hook.
            for (const Sublayer& part : sublayersOf(program))
                if (program.steps[static_cast<std::size_t>(part.output)].hook == o->target &&
                    whatIf->kind == WhatIf::Kind::Off)
                    whatIf->target = part.name;
            what = changeOnly(program, *whatIf);
            where = targetWords(program, whatIf->target);
        } else {
            what = QString::fromStdString(o->description);
            where.clear();
        }
        const auto same =
            std::find_if(byChange.begin(), byChange.end(), [&](const auto& e) { return e.first == what; });
        QStringList& places =
            same == byChange.end() ? byChange.emplace_back(what, QStringList()).second : same->second;
        if (!where.isEmpty() && !places.contains(where))
            places << where;
    }
    QStringList lines;
    for (const auto& [what, places] : byChange) {
        const QString where =
            places.size() > 3
                ? WhatIfWords::tr("%1, %2 and %3 more").arg(places[0], places[1]).arg(places.size() - 2)
                : places.join(QStringLiteral(", "));
        lines << (where.isEmpty() ? what : QStringLiteral("%1: %2").arg(where, what));
    }
    return lines;
}

} // namespace headlight
