// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The step in words and numbers: its formula, what it is for, and the arithmetic of the cell that is looked
// at.

#include "panels/derivation_view.h"
#include "panels/explain_html.h"
#include "panels/texts.h"

#include <QTextBrowser>
#include <QWidget>

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
    /// What is shown, for tests and for Edit ▸ Copy value.
    [[nodiscard]] const std::optional<DerivationView>& derivation() const { return m_view; }
    [[nodiscard]] QString plainText() const;

signals:
    void statusText(const QString& text);

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void showLater();
    void show();
    void follow(const QUrl& link);
    [[nodiscard]] ExplainStyle explainStyle() const;
    [[nodiscard]] Text textOf(int step) const;
    [[nodiscard]] QString exampleHtml(const ExplainStyle& style) const;
    [[nodiscard]] QString whatIfHtml(const ExplainStyle& style) const;

    Session& m_session;
    Selection& m_selection;
    Texts m_texts;
    ExplainBrowser* m_browser;
    std::optional<DerivationView> m_view;
    bool m_showAll = false, m_waiting = false;
    int m_shownStep = -1;
};

} // namespace headlight
