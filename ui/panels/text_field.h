// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A text to type, as high as its lines, at most three. It tells which byte of the text the mouse is over and
// marks the bytes that a token stands for.

#include <QPlainTextEdit>

namespace headlight {

class TextField : public QPlainTextEdit
{
    Q_OBJECT
public:
    explicit TextField(QWidget* parent = nullptr);

    [[nodiscard]] std::string text() const;
    /// Replaces the text without telling edited().
    void setQuietly(const QString& text);
    /// Numbers need no ligatures and no kerning: without them a thousand are laid out while one types.
    void expectNumbers();
    /// Marks bytes begin … end of the UTF-8 text; none when they are equal.
    void markBytes(std::size_t begin, std::size_t end);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void edited();              ///< by the person
    void byteHovered(int byte); ///< −1 when the mouse is over no text
    void left();                ///< Escape: the keyboard goes back to the window

protected:
    bool event(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void insertFromMimeData(const QMimeData* source) override;

private:
    void fit();
    bool m_quiet = false;
};

} // namespace headlight
