// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The switches that suit the step that is shown, each in its own stage: no 1/√d where the scores are scaled,
// the mask where they are masked. Above them, when any is set, that one looks at a changed run.

#include "analysis/what_if.h"

#include <QWidget>

#include <optional>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFrame;
class QLabel;
class QPushButton;
class QSpinBox;

namespace headlight {

class Selection;
class Session;

class WhatIfBar : public QWidget
{
    Q_OBJECT
public:
    WhatIfBar(Session& session, Selection& selection, QWidget* parent = nullptr);

    /// Without the switches; what says that the run is changed stays.
    void setFolded(bool folded);
    /// The line that says what is changed; empty for a run as the model is.
    [[nodiscard]] QString changedText() const;

signals:
    void compareWanted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void showStep();
    void showBanner();
    void addControls(QWidget* row);
    [[nodiscard]] WhatIf of(WhatIf::Kind kind) const;
    /// The change of this kind that the first layer meant has now.
    [[nodiscard]] std::optional<WhatIf> active(const WhatIf& whatIf) const;
    [[nodiscard]] bool applies(const WhatIf& whatIf) const;
    void set(const WhatIf& whatIf, bool on);
    void setMask();
    void setPattern();
    void setHead();
    void showMask();

    Session& m_session;
    Selection& m_selection;
    QFrame* m_banner;
    QLabel* m_changed;
    QPushButton *m_compare, *m_reset;
    QWidget* m_row;
    bool m_folded = false;
    QCheckBox *m_scale, *m_positions, *m_off, *m_otherOff;
    QComboBox *m_mask, *m_pattern, *m_head, *m_scope;
    QSpinBox* m_maskSize;
    QDoubleSpinBox* m_temperature;
    int m_attention = -1; ///< that the switches are about
    std::string m_target, m_offTarget, m_otherTarget, m_positionTarget;
};

} // namespace headlight
