// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the model says at the selected position: the likeliest answers with their probabilities.

#include "models/sampling.h"

#include <QWidget>

#include <vector>

class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;

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
    [[nodiscard]] Sampling sampling() const;
    /// Lets the model write on, token by token, each with a run of its own.
    void generate();
    [[nodiscard]] bool generating() const { return m_remaining > 0; }

    // For tests.
    [[nodiscard]] QPushButton& generateButton() { return *m_generate; }
    [[nodiscard]] QPushButton& maskButton() { return *m_mask; }
    [[nodiscard]] QDoubleSpinBox& temperature() { return *m_temperature; }
    [[nodiscard]] QSpinBox& count() { return *m_count; }

signals:
    /// The model writes another text.
    void textWanted(int stream, const QString& text);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void makeControls();
    void showControls();
    void writeNext();
    void stopWriting();
    void maskSelected();
    void showAll();
    void take(Result<std::vector<Candidate>> candidates);
    [[nodiscard]] std::int64_t wantedPosition() const;
    [[nodiscard]] QString heading() const;

    Session& m_session;
    Selection& m_selection;
    QLabel* m_title;
    QLabel* m_hint;
    CandidateList* m_list;
    QWidget* m_controls;
    QDoubleSpinBox *m_temperature, *m_topP;
    QSpinBox *m_topK, *m_seed, *m_count;
    QPushButton *m_generate, *m_mask;
    TokenSampler m_sampler;
    int m_remaining = 0;    ///< tokens that are still to be written
    std::string m_expected; ///< the text that the last one made
    std::int64_t m_position = -2;
    std::int64_t m_queryAtFirst = -1; ///< the query when the run came, before a person chose another
    bool m_stale = true;
};

} // namespace headlight
