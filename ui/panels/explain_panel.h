// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The step in words and numbers: its formula, what it is for, and the arithmetic of the cell that is looked
// at.

#include "panels/derivation_view.h"
#include "panels/explain_html.h"
#include "panels/formula_view.h"
#include "panels/formulas.h"
#include "panels/texts.h"

#include <QTextBrowser>
#include <QWidget>

class QSpinBox;

namespace headlight {

class Selection;
class Session;

/// A text browser that draws the bars and copies numbers as a program reads them.
class ExplainBrowser : public QTextBrowser
{
    Q_OBJECT
public:
    using QTextBrowser::QTextBrowser;
    QVariant loadResource(int type, const QUrl& name) override;
    void setBarColors(const QColor& positive, const QColor& negative);

protected:
    QMimeData* createMimeDataFromSelection() const override;

private:
    QColor m_positive, m_negative;
};

class ExplainPanel : public QWidget
{
    Q_OBJECT
public:
    ExplainPanel(Session& session, Selection& selection, QWidget* parent = nullptr);

    void setTexts(Texts texts);
    /// How many digits behind the point numbers have, and whether sums show how they grow. Remembered by
    /// whoever made the panel.
    void setDigits(int digits);
    [[nodiscard]] int digits() const;
    void setPartialSums(bool on);
    [[nodiscard]] bool partialSums() const { return m_partialSums; }
    /// The derivation that is shown as text, for pasting; empty when there is none.
    [[nodiscard]] QString derivationAsText() const;
    /// What is shown, for tests and for Edit ▸ Copy value.
    [[nodiscard]] const std::optional<DerivationView>& derivation() const { return m_view; }
    [[nodiscard]] QString plainText() const;
    [[nodiscard]] FormulaView& formula() { return *m_formula; }

signals:
    void statusText(const QString& text);
    void optionsChanged(); ///< the person has chosen other digits or columns

protected:
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void showLater();
    void show();
    void setHtml(const QString& html, bool sameStep);
    void follow(const QUrl& link);
    void showFormula(const ExplainStyle& style, const QString& formula, bool sameStep);
    void showPointed();
    [[nodiscard]] QString tensorWords(TensorRef tensor) const;
    [[nodiscard]] Axes axesOf(TensorRef tensor) const;
    [[nodiscard]] ExplainStyle explainStyle() const;
    [[nodiscard]] Text textOf(int step) const;
    [[nodiscard]] QString exampleHtml(const ExplainStyle& style) const;
    [[nodiscard]] QString whatIfHtml(const ExplainStyle& style) const;
    [[nodiscard]] QString originHtml(const ExplainStyle& style, const CellRef& cell) const;

    Session& m_session;
    Selection& m_selection;
    Texts m_texts;
    Formulas m_formulas;
    FormulaView* m_formula;
    ExplainBrowser* m_browser;
    QString m_html; ///< in the browser
    std::optional<DerivationView> m_view;
    QSpinBox* m_digits;
    bool m_showAll = false, m_partialSums = true, m_waiting = false;
    int m_shownStep = -1;
};

} // namespace headlight
