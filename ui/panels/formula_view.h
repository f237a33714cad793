// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A formula, typeset, in the colours of the palette. Its symbols are buttons: they say what they stand for,
// light it up while the mouse or the keyboard is on them, and lead to the step that made it. To a screen
// reader the whole is a line of text with the formula in plain Unicode.

#include "figures/figure.h"

#include <QLabel>

#include <memory>
#include <vector>

class QAbstractButton;
class QSvgRenderer;

namespace headlight {

class FormulaView : public QLabel
{
    Q_OBJECT
public:
    struct Symbol
    {
        QString element; ///< "result", "operand-0": its places in the picture are element-1, element-2 …
        TensorRef tensor;
        QString name;  ///< "Q: blocks.1.attn.hook_q [position 10, head 8, d_head 8]"
        QString about; ///< what a click does
        bool operator==(const Symbol&) const = default;
    };
    struct Content
    {
        QByteArray svg; ///< of Formulas; empty for a formula that nobody typeset
        QString html;   ///< what is shown instead then
        QString plain;  ///< "S[i,j] = Σ_d Q[i,d] · K[j,d]"
        std::vector<Symbol> symbols;
        bool operator==(const Content&) const = default;
    };

    explicit FormulaView(QWidget* parent = nullptr);
    ~FormulaView() override;

    /// @p steady: not less high than what was shown before, so that what stands below keeps its place.
    void setContent(Content content, bool steady);
    [[nodiscard]] const Content& content() const { return m_content; }
    /// The buttons of a symbol, for tests.
    [[nodiscard]] std::vector<QAbstractButton*> buttonsOf(const QString& element) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void pointed(const headlight::TensorRef& tensor); ///< none: not any more
    void followed(const headlight::TensorRef& tensor);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    class SymbolButton;
    void colour();
    void place();
    void point(TensorRef tensor);
    [[nodiscard]] QRectF picture() const;

    Content m_content;
    std::unique_ptr<QSvgRenderer> m_renderer;
    std::vector<SymbolButton*> m_buttons;
    TensorRef m_pointed;
    int m_least = 0;
};

} // namespace headlight
