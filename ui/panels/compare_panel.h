// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Two runs side by side and their difference: what is shown, beside the unchanged run, another text or
// another model; and which heads it moves most.

#include "analysis/pattern_distance.h"
#include "figures/figure_view.h"
#include "session/comparison.h"

#include <QWidget>

#include <array>
#include <map>
#include <memory>
#include <string>

class QBoxLayout;
class QComboBox;
class QLabel;
class QLineEdit;
class QTreeWidget;

namespace headlight {

class Selection;

class ComparePanel : public QWidget
{
    Q_OBJECT
public:
    ComparePanel(Session& session, Selection& selection, QWidget* parent = nullptr);

    /// Folders of the models that can be chosen, each with its family after a tab.
    void setModels(const QStringList& bundled, const QStringList& recent);
    /// Compares with the model in a folder, also one that is not listed.
    void compareWithModel(const QString& folder);

    [[nodiscard]] FigureView& view() { return *m_view; }
    [[nodiscard]] Comparison& comparison() { return m_comparison; }
    [[nodiscard]] QTreeWidget& heads() { return *m_heads; }
    [[nodiscard]] QString note() const;

signals:
    void folderWanted();

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void modelChanged();
    void chooseOther();
    [[nodiscard]] int modelIndex() const;
    void otherChanged();
    void showLater();
    void makeFigure();
    void makeDistances();
    void takeDistances(Result<std::vector<PatternDistance>> distances);
    void showHeads();
    void showSelectedHead();
    [[nodiscard]] bool isLow() const;
    void showNote();
    void showPlaceholder(const QString& text);
    [[nodiscard]] std::array<QString, 2> sides() const;
    [[nodiscard]] QString shapesNote() const;

    /// What a figure was made of, to tell whether another one is due.
    struct Shown
    {
        QString view;
        int step = -1, attention = -1, head = -1;
        std::int64_t position = -1, query = -1, key = -1;
        std::map<std::string, std::int64_t> indices;
        bool operator==(const Shown&) const = default;
    };

    Session& m_session;
    Selection& m_selection;
    Comparison m_comparison;
    QComboBox *m_with, *m_what, *m_models, *m_examples;
    QLineEdit* m_text;
    QLabel* m_note;
    QTreeWidget* m_heads;
    QBoxLayout *m_choices, *m_rows;
    FigureView* m_view;
    Shown m_shown;
    QString m_folder; ///< of the other model; empty until one is chosen
    bool m_waiting = false, m_stale = true, m_distancesStale = true;
};

} // namespace headlight
