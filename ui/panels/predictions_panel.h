// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the model says at the selected position: the likeliest answers with their probabilities.

#include "models/model.h"

#include <QWidget>

#include <vector>

class QLabel;

namespace headlight {

class Selection;
class Session;

/// Rows of label, bar and percent.
class CandidateList : public QWidget
{
    Q_OBJECT
public:
    explicit CandidateList(QWidget* parent = nullptr);
    void setCandidates(std::vector<Candidate> candidates);
    [[nodiscard]] const std::vector<Candidate>& candidates() const { return m_candidates; }
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<Candidate> m_candidates;
};

class PredictionsPanel : public QWidget
{
    Q_OBJECT
public:
    PredictionsPanel(Session& session, Selection& selection, QWidget* parent = nullptr);
    [[nodiscard]] CandidateList& list() { return *m_list; }
    [[nodiscard]] std::int64_t position() const { return m_position; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void showAll();
    void take(Result<std::vector<Candidate>> candidates);
    [[nodiscard]] std::int64_t wantedPosition() const;
    [[nodiscard]] QString heading() const;

    Session& m_session;
    Selection& m_selection;
    QLabel* m_title;
    QLabel* m_hint;
    CandidateList* m_list;
    std::int64_t m_position = -2;
    bool m_stale = true;
};

} // namespace headlight
