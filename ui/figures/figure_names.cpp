// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/figure_names.h"

#include "figures/colored_figure.h"
#include "session/core_words.h"

#include <QRegularExpression>

#include <algorithm>

namespace headlight {

QString stepTitle(const Program& program, int step)
{
    QStringList parts;
    for (int stage = program.steps[static_cast<std::size_t>(step)].stage; stage >= 0;) {
        const Stage& s = program.stages[static_cast<std::size_t>(stage)];
        parts.prepend(stageTitle(s));
        stage = s.parent;
    }
    return parts.join(QStringLiteral(" · "));
}

QString tensorTitle(const Program& program, TensorRef tensor)
{
    if (tensor.kind == TensorRef::Kind::Step)
        return stepTitle(program, tensor.index);
    return QString::fromStdString(program.nameOf(tensor));
}

QString chosenSuffix(const TensorSlice& slice)
{
    QString text;
    const Axes& axes = slice.tensor()->axes();
    for (const int a : TensorSlice::chosenAxes(axes))
        text += QStringLiteral(" · ") + axisName(axes[static_cast<std::size_t>(a)]) + QLatin1Char(' ') +
                QString::number(slice.fixed()[static_cast<std::size_t>(a)]);
    return text;
}

QString tensorSubtitle(const Program& program, TensorRef tensor, const Axes& axes)
{
    return QString::fromStdString(program.nameOf(tensor) + "  " + describe(axes));
}

QString kindOf(const Program& program, TensorRef tensor)
{
    if (!tensor.valid())
        return {};
    static const QRegularExpression layer(QStringLiteral("\\.\\d+\\."));
    return QString::fromStdString(program.nameOf(tensor)).replace(layer, QStringLiteral("."));
}

bool isPattern(const Program& program, TensorRef tensor)
{
    return tensor.kind == TensorRef::Kind::Step &&
           std::any_of(program.attention.begin(), program.attention.end(),
                       [&](const AttentionLayer& layer) { return layer.pattern == tensor.index; });
}

FigureData tableOf(const FigureSource& source, TensorPtr tensor)
{
    FigureData data;
    const Axes& axes = tensor->axes();
    if (!axes.empty()) {
        for (std::int64_t i = 0; i < axes.back().size; ++i)
            data.columns.push_back(source.label(axes.back(), i).toStdString());
        std::int64_t rows = 1;
        for (std::size_t a = 0; a + 1 < axes.size(); ++a) {
            rows *= axes[a].size;
            data.corner += (a == 0 ? "" : " · ") + axes[a].name;
        }
        if (axes.size() > 1) {
            for (std::int64_t r = 0; r < rows; ++r) {
                const Cell cell = tensor->cellAt(r * axes.back().size);
                std::string label;
                for (std::size_t a = 0; a + 1 < axes.size(); ++a)
                    label += (a == 0 ? "" : " ") + source.label(axes[a], cell[a]).toStdString();
                data.rows.push_back(std::move(label));
            }
            data.corner += " \\ ";
        }
        data.corner += axes.back().name;
    }
    data.tensor = std::move(tensor);
    return data;
}

FigureData tableOf(const FigureSource& source, const TensorSlice& slice)
{
    return tableOf(source, std::make_shared<const Tensor>(slice.copy()));
}

} // namespace headlight
