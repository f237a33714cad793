// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The positional lab: how the run knows where a token stands, what would be if it knew it in another way, and
// what that does to the heads. Left the encoding, right its effect on the selected row of attention or on all
// heads.

#include "analysis/position_contrast.h"
#include "analysis/what_if.h"
#include "figures/figure_view.h"
#include "figures/position_encodings.h"

#include <QWidget>

#include <map>
#include <optional>

class QComboBox;
class QSlider;
class QSpinBox;
class QToolButton;

namespace headlight {

class DialFigure;
class PositionsFigure;
class Selection;
class Session;

class PositionsPanel : public QWidget
{
    Q_OBJECT
public:
    PositionsPanel(Session& session, Selection& selection, QWidget* parent = nullptr);
    /// The encoding.
    [[nodiscard]] FigureView& view() { return *m_view; }
    [[nodiscard]] const FigureView& view() const { return *m_view; }
    /// What it does.
    [[nodiscard]] FigureView& effect() { return *m_effect; }
    [[nodiscard]] const FigureView& effect() const { return *m_effect; }

signals:
    void statusText(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void addControls();
    void fillEncodings();
    void fillPictures();
    void fillSwaps();
    void traceChanged();
    [[nodiscard]] static QString swapWords(const WhatIf& whatIf);
    void follow();
    void makeFigure();
    void makeEncoding();
    void makeDial();
    void turn();
    void makeContrast();
    void makeEffect();
    void swap();
    void toggle(const CellRef& cell);
    void chooseEffect(const CellRef& cell);
    void hovered(FigureView& view, const std::optional<CellRef>& cell);
    void showHighlight();
    [[nodiscard]] PositionPicture picture() const;
    /// What the pictures follow: layer, head, query and key of the selection.
    struct Looked
    {
        int attention = -1, head = 0;
        std::int64_t query = 0, key = 0;
        bool operator==(const Looked&) const = default;
    };
    [[nodiscard]] Looked looked() const;

    Session& m_session;
    Selection& m_selection;
    QComboBox* m_encodings;
    QComboBox* m_pictures;
    QComboBox* m_likeness;
    QWidget* m_turning;
    QSlider* m_position;
    QSlider* m_offset;
    QToolButton* m_step;
    QComboBox* m_swaps;
    QSpinBox* m_amount;
    QComboBox* m_effects;
    FigureView* m_view;
    FigureView* m_effect;
    std::vector<PositionEncoding> m_known;
    std::map<QString, std::vector<std::int64_t>> m_curves; ///< by the encoding's title and picture
    std::shared_ptr<DialFigure> m_dial;
    std::optional<PositionContrast> m_contrast;
    Looked m_shown, m_row;
    bool m_stale = true, m_wantsContrast = true;
};

} // namespace headlight
