// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What goes in: the model, its text (two for a model that translates) or picture, the examples, and the
// tokens that came of it.

#include "run/input.h"

#include <QWidget>

#include <vector>

class QAction;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QMenu;
class QToolButton;

namespace headlight {

class ImageChooser;
class Selection;
class Session;
class TextField;
class TokenChips;

class InputBar : public QWidget
{
    Q_OBJECT
public:
    InputBar(Session& session, Selection& selection, QAction* exportAction, QWidget* parent = nullptr);

    /// The bundled models and those opened lately, for the chooser.
    void setModels(const QStringList& bundled, const QStringList& recent);
    void focusText();
    /// Puts a text into a stream's field, as if it had been typed.
    void write(int stream, const QString& text);

    // For tests.
    [[nodiscard]] TextField* field(int text) const;
    [[nodiscard]] TokenChips* chips(int stream) const;
    [[nodiscard]] QMenu& examples() { return *m_examples; }
    [[nodiscard]] QComboBox& models() { return *m_models; }
    [[nodiscard]] ImageChooser* images() const { return m_images; }

signals:
    void openFolderWanted();
    void openImageWanted();
    void complained(const QString& text);
    void left(); ///< Escape in a field: the keyboard goes back to the window

private:
    struct StreamRow
    {
        int stream = -1, text = -1;
        bool ids = false; ///< typed as numbers
        TextField* field = nullptr;
        QToolButton* decode = nullptr;
        TokenChips* chips = nullptr;
    };

    void modelChanged();
    void traceChanged();
    void inputReplaced();
    void focusChanged();
    void textEdited();
    void addField(StreamRow& row);
    void addImages();
    void showModelName();
    void fillExamples();

    Session& m_session;
    Selection& m_selection;
    QComboBox* m_models;
    QHBoxLayout* m_fields;
    QHBoxLayout* m_chipRow;
    QToolButton* m_examplesButton;
    QMenu* m_examples;
    QLabel* m_info;
    ImageChooser* m_images = nullptr;
    std::vector<StreamRow> m_rows;
    QStringList m_bundled, m_recent;
};

} // namespace headlight
