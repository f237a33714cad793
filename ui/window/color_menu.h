// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// View ▸ Colours: the choices of the view in front as a menu, and what of them is remembered between two
// starts. Palettes are one choice for all views; curve and extent belong to each; limits and the sink are
// never remembered, since tomorrow's numbers are others.

#include "figures/figure_colors.h"

#include <QHash>
#include <QObject>
#include <QString>

#include <functional>
#include <vector>

class QAction;
class QMenu;

namespace headlight {

class ActionRegistry;
class FigureView;
class Settings;

class ColorMenu : public QObject
{
    Q_OBJECT
public:
    /// @p front is the view that the menu speaks of; @p views are all that share the palettes.
    /// It lives as long as the actions do.
    ColorMenu(ActionRegistry& actions, Settings& settings, std::function<FigureView*()> front);

    void fill(QMenu& menu);
    void adopt(const std::vector<FigureView*>& views);
    /// What is chosen in each view, by its name, for views that are made anew.
    [[nodiscard]] QHash<QString, FigureColors::State> states() const;
    void setStates(const QHash<QString, FigureColors::State>& states);

private:
    void setMaps(const QString& sequential, const QString& diverging);
    void remember(const FigureView& view);
    void check();

    ActionRegistry& m_actions;
    Settings& m_settings;
    std::function<FigureView*()> m_front;
    std::vector<FigureView*> m_views;
    QMenu* m_menu = nullptr;
    std::vector<QAction*> m_maps;
};

} // namespace headlight
