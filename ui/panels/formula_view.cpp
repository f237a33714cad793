// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/formula_view.h"

#include <QAbstractButton>
#include <QEvent>
#include <QFontInfo>
#include <QPainter>
#include <QSvgRenderer>

#include <algorithm>
#include <utility>

namespace headlight {

namespace {

constexpr double letters = 1.32; // an em of the formula, in an em of the text around it
constexpr int around = 3;

} // namespace

/// One place of a symbol. It draws only what tells that it can be pressed: the symbol itself is in the
/// picture.
class FormulaView::SymbolButton : public QAbstractButton
{
public:
    SymbolButton(const Symbol& symbol, const QString& where, FormulaView* view)
        : QAbstractButton(view)
        , tensor(symbol.tensor)
        , id(where)
        , m_view(view)
    {
        setObjectName(QStringLiteral("formulaSymbol"));
        setAccessibleName(symbol.name);
        setAccessibleDescription(symbol.about);
        setToolTip(symbol.about.isEmpty() ? symbol.name : symbol.name + QLatin1Char('\n') + symbol.about);
        setCursor(symbol.about.isEmpty() ? Qt::ArrowCursor : Qt::PointingHandCursor);
        // One stop a tensor: its other places are the same to the keyboard.
        setFocusPolicy(id.endsWith(QStringLiteral("-1")) ? Qt::TabFocus : Qt::NoFocus);
    }

    const TensorRef tensor;
    const QString id;

protected:
    void paintEvent(QPaintEvent*) override
    {
        if (m_view->m_pointed != tensor)
            return;
        const FigureStyle style = FigureStyle::fromPalette(palette(), font());
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        QColor light = style.accent;
        light.setAlpha(hasFocus() ? 60 : 36);
        painter.setBrush(light);
        painter.setPen(hasFocus() ? QPen(style.accent, 1.5) : QPen(Qt::NoPen));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    }
    void enterEvent(QEnterEvent*) override { m_view->point(tensor); }
    void leaveEvent(QEvent*) override { m_view->point({}); }
    void focusInEvent(QFocusEvent* event) override
    {
        QAbstractButton::focusInEvent(event);
        m_view->point(tensor);
    }
    void focusOutEvent(QFocusEvent* event) override
    {
        QAbstractButton::focusOutEvent(event);
        m_view->point({});
    }

private:
    FormulaView* m_view;
};

FormulaView::FormulaView(QWidget* parent)
    : QLabel(parent)
{
    setObjectName(QStringLiteral("formula"));
    setAlignment(Qt::AlignCenter);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

FormulaView::~FormulaView()
{
    // While they are still known: one that loses the focus tells its view.
    for (SymbolButton* button : std::exchange(m_buttons, {}))
        delete button;
}

void FormulaView::setContent(Content content, bool steady)
{
    setTextFormat(content.svg.isEmpty() ? Qt::RichText : Qt::PlainText);
    if (content == m_content)
        return;
    m_content = std::move(content);
    m_least = steady ? height() : 0;
    setText(m_content.svg.isEmpty() ? m_content.html : m_content.plain);
    setAccessibleName(tr("Formula: %1").arg(m_content.plain));
    point({});
    for (SymbolButton* button : std::exchange(m_buttons, {})) {
        button->hide();
        button->deleteLater();
    }
    colour();
    for (const Symbol& symbol : m_content.symbols)
        for (int n = 1; m_renderer; ++n) {
            const QString id = symbol.element + QLatin1Char('-') + QString::number(n);
            if (!m_renderer->elementExists(id))
                break;
            auto* button = new SymbolButton(symbol, id, this);
            connect(button, &QAbstractButton::clicked, this,
                    [this, button] { emit followed(button->tensor); });
            button->show();
            m_buttons.push_back(button);
        }
    place();
    updateGeometry();
    update();
}

std::vector<QAbstractButton*> FormulaView::buttonsOf(const QString& element) const
{
    std::vector<QAbstractButton*> found;
    for (SymbolButton* button : m_buttons)
        if (button->id.startsWith(element + QLatin1Char('-')))
            found.push_back(button);
    return found;
}

void FormulaView::colour()
{
    if (m_content.svg.isEmpty()) {
        m_renderer.reset();
        return;
    }
    const FigureStyle style = FigureStyle::fromPalette(palette(), font());
    QByteArray svg = m_content.svg;
    svg.replace("currentColor", style.text.name().toLatin1());
    // What asks is blue and what answers is orange, as in the stage view.
    svg.replace("id=\"operand-0-", "fill=\"" + style.query.name().toLatin1() + "\" id=\"operand-0-");
    svg.replace("id=\"operand-1-", "fill=\"" + style.key.name().toLatin1() + "\" id=\"operand-1-");
    m_renderer = std::make_unique<QSvgRenderer>(svg);
}

QRectF FormulaView::picture() const
{
    const QSizeF units = m_renderer->viewBoxF().size();
    const double wanted = letters * QFontInfo(font()).pixelSize() / 1000;
    const double most = std::max(1, width() - 2 * around) / std::max(1.0, units.width());
    const QSizeF size = units * std::min(wanted, most);
    return {QPointF((width() - size.width()) / 2, (height() - size.height()) / 2), size};
}

QSize FormulaView::sizeHint() const
{
    if (!m_renderer)
        return {0, std::max(m_least, QLabel::sizeHint().height())};
    return {0, std::max(m_least, qCeil(picture().height()) + 2 * around)};
}

QSize FormulaView::minimumSizeHint() const
{
    return {0, sizeHint().height()};
}

void FormulaView::place()
{
    if (!m_renderer)
        return;
    const QRectF area = picture(), box = m_renderer->viewBoxF();
    const double scale = area.width() / std::max(1.0, box.width());
    for (SymbolButton* button : m_buttons) {
        const QRectF bounds =
            m_renderer->transformForElement(button->id).mapRect(m_renderer->boundsOnElement(button->id));
        const QRectF there((bounds.topLeft() - box.topLeft()) * scale + area.topLeft(),
                           bounds.size() * scale);
        button->setGeometry(there.adjusted(-3, -3, 3, 3).toAlignedRect() & rect());
    }
}

void FormulaView::point(TensorRef tensor)
{
    if (m_pointed == tensor)
        return;
    m_pointed = tensor;
    for (SymbolButton* button : m_buttons)
        button->update();
    emit pointed(tensor);
}

void FormulaView::paintEvent(QPaintEvent* event)
{
    if (!m_renderer)
        return QLabel::paintEvent(event);
    QPainter painter(this);
    m_renderer->render(&painter, picture());
}

void FormulaView::resizeEvent(QResizeEvent* event)
{
    QLabel::resizeEvent(event);
    place();
    updateGeometry(); // a narrower panel has smaller letters
}

void FormulaView::changeEvent(QEvent* event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange ||
        event->type() == QEvent::StyleChange) {
        m_least = 0;
        colour();
        place();
        updateGeometry();
        update();
    }
}

} // namespace headlight
