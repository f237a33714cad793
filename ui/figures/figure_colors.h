// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The colours of one view, as a person has chosen them. They outlive the figures that the view shows: what
// was chosen for one step holds for the next. Limits are the exception, since numbers of another kind have
// other limits: they are kept for each kind.

#include "figures/colored_figure.h"

#include <QHash>
#include <QIcon>
#include <QObject>
#include <QPointer>

#include <utility>

class QToolButton;

namespace headlight {

class ColorBarHandles;
class ColorPopover;
class FigureView;

class FigureColors : public QObject
{
    Q_OBJECT
public:
    explicit FigureColors(FigureView& view);

    /// The figure that is shown, if it has colours.
    [[nodiscard]] ColoredFigure* figure() const;
    /// What is chosen, with the limits of what is shown.
    [[nodiscard]] ScaleOptions scale() const;
    void setScale(const ScaleOptions& scale);
    /// All of it, with the limits of what is not shown now.
    struct State
    {
        ScaleOptions scale;
        QHash<QString, std::pair<std::optional<double>, std::optional<double>>> limits;
    };
    [[nodiscard]] State state() const { return {m_scale, m_limits}; }
    void restore(const State& state);
    void setLimits(std::optional<double> low, std::optional<double> high);
    /// Back to how it was before anybody chose anything; palettes stay, since they are those of all views.
    void reset();
    /// The bar whose limits are chosen, in the view's coordinates.
    [[nodiscard]] std::optional<ColorBar> bar() const;

    /// Ids of colour maps, for numbers from 0 up and for signed ones; empty: the style's own.
    [[nodiscard]] const QString& sequentialMap() const { return m_sequential; }
    [[nodiscard]] const QString& divergingMap() const { return m_diverging; }
    void setMaps(const QString& sequential, const QString& diverging);
    /// A person wants these maps, for all views: who owns the views sets them.
    void chooseMaps(const QString& sequential, const QString& diverging);
    void applyTo(FigureStyle& style) const;

    [[nodiscard]] FigureView& view() const { return m_view; }
    [[nodiscard]] ColorBarHandles& handles() const { return *m_handles; }
    [[nodiscard]] QToolButton& button() const { return *m_button; }
    /// Opens the choices beside the button, or returns those that are open.
    ColorPopover* open();

    /// For the view: it shows another figure; its picture has been painted, or its size has changed.
    void figureChanged();
    void place();

signals:
    void changed();
    void mapsChosen(const QString& sequential, const QString& diverging);

private:
    void apply();

    FigureView& m_view;
    ScaleOptions m_scale;                                                             ///< without limits
    QHash<QString, std::pair<std::optional<double>, std::optional<double>>> m_limits; ///< by kind
    QString m_sequential, m_diverging;
    ColorBarHandles* m_handles;
    QToolButton* m_button;
    QPointer<ColorPopover> m_popover;
};

/// A strip of a colour map, for menus and lists.
[[nodiscard]] QIcon mapIcon(const QString& id, bool dark, const QSize& size);
/// What a map is called.
[[nodiscard]] QString mapTitle(const QString& id);

} // namespace headlight
