// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/figure_colors.h"

#include "figures/color_bar_handles.h"
#include "figures/color_popover.h"
#include "figures/figure_view.h"

#include <QCoreApplication>
#include <QIcon>
#include <QPainter>
#include <QToolButton>

#include <tuple>

namespace headlight {

namespace {

constexpr QSize buttonSize(28, 22);

} // namespace

QIcon mapIcon(const QString& id, bool dark, const QSize& size)
{
    const auto map = ColorMap::named(id, dark);
    QIcon icon;
    for (const int ratio : {1, 2}) {
        QPixmap pixmap(size * ratio);
        pixmap.setDevicePixelRatio(ratio);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        for (int x = 0; x < size.width(); ++x)
            painter.fillRect(QRectF(x, 0, 1, size.height()),
                             QColor::fromRgb(map->at((x + 0.5) / size.width())));
        painter.setPen(QColor(128, 132, 142));
        painter.drawRect(QRectF(0.5, 0.5, size.width() - 1, size.height() - 1));
        painter.end();
        icon.addPixmap(pixmap);
    }
    return icon;
}

QString mapTitle(const QString& id)
{
    if (id == QLatin1String("blues"))
        return QCoreApplication::translate("Colors", "Blues");
    if (id == QLatin1String("viridis"))
        return QCoreApplication::translate("Colors", "Viridis: yellow, green, violet");
    if (id == QLatin1String("cividis"))
        return QCoreApplication::translate("Colors", "Cividis: yellow to blue");
    if (id == QLatin1String("magma"))
        return QCoreApplication::translate("Colors", "Magma: orange, red, violet");
    if (id == QLatin1String("greys"))
        return QCoreApplication::translate("Colors", "Greys");
    if (id == QLatin1String("puor"))
        return QCoreApplication::translate("Colors", "Violet and orange");
    if (id == QLatin1String("bluered"))
        return QCoreApplication::translate("Colors", "Blue and red");
    return id;
}

FigureColors::FigureColors(FigureView& view)
    : QObject(&view)
    , m_view(view)
    , m_handles(new ColorBarHandles(*this))
    , m_button(new QToolButton(&view))
{
    m_button->setObjectName(QStringLiteral("colorButton"));
    m_button->setToolTip(tr("Colours: scale, limits, palette"));
    m_button->setAccessibleName(tr("Colours of this view"));
    m_button->setFocusPolicy(Qt::TabFocus);
    m_button->setCursor(Qt::ArrowCursor);
    m_button->setIconSize(QSize(16, 10));
    m_button->hide();
    connect(m_button, &QToolButton::clicked, this, &FigureColors::open);
}

ColoredFigure* FigureColors::figure() const
{
    auto* figure = dynamic_cast<ColoredFigure*>(m_view.figure());
    return figure && figure->scaleChoices().limits ? figure : nullptr;
}

ScaleOptions FigureColors::scale() const
{
    ScaleOptions scale = m_scale;
    if (const ColoredFigure* shown = figure())
        std::tie(scale.low, scale.high) = m_limits.value(shown->scaleChoices().kind);
    return scale;
}

void FigureColors::setScale(const ScaleOptions& scale)
{
    if (scale == this->scale())
        return;
    m_scale = scale;
    m_scale.low = m_scale.high = std::nullopt;
    if (const ColoredFigure* shown = figure()) {
        const QString kind = shown->scaleChoices().kind;
        if (scale.low || scale.high)
            m_limits[kind] = {scale.low, scale.high};
        else
            m_limits.remove(kind);
    }
    apply();
    m_view.recolor();
    place();
    emit changed();
}

void FigureColors::restore(const State& state)
{
    m_scale = state.scale;
    m_limits = state.limits;
    apply();
    m_view.recolor();
    place();
    emit changed();
}

void FigureColors::setLimits(std::optional<double> low, std::optional<double> high)
{
    ScaleOptions scale = this->scale();
    scale.low = low;
    scale.high = high;
    setScale(scale);
}

void FigureColors::reset()
{
    m_limits.clear();
    setScale({});
}

std::optional<ColorBar> FigureColors::bar() const
{
    const ColoredFigure* shown = figure();
    return shown ? shown->colorBar(m_view.figureArea(), m_view.figureStyle()) : std::nullopt;
}

void FigureColors::setMaps(const QString& sequential, const QString& diverging)
{
    if (sequential == m_sequential && diverging == m_diverging)
        return;
    m_sequential = sequential;
    m_diverging = diverging;
    m_view.recolor();
    place();
}

void FigureColors::chooseMaps(const QString& sequential, const QString& diverging)
{
    setMaps(sequential, diverging);
    emit mapsChosen(sequential, diverging);
}

void FigureColors::applyTo(FigureStyle& style) const
{
    if (!m_sequential.isEmpty())
        style.sequentialMap = m_sequential;
    if (!m_diverging.isEmpty())
        style.divergingMap = m_diverging;
}

ColorPopover* FigureColors::open()
{
    if (m_popover)
        return m_popover;
    if (!figure())
        return nullptr;
    m_popover = new ColorPopover(*this);
    m_popover->setAttribute(Qt::WA_DeleteOnClose);
    m_popover->showBeside(*m_button);
    return m_popover;
}

void FigureColors::apply()
{
    if (ColoredFigure* shown = figure())
        if (const ScaleOptions wanted = scale(); !(shown->scale() == wanted))
            shown->setScale(wanted);
}

void FigureColors::figureChanged()
{
    apply();
    if (m_popover && !figure())
        m_popover->close();
    place();
}

void FigureColors::place()
{
    const ColoredFigure* shown = figure();
    // On a small picture the button would hide cells that somebody looks at: there it comes with the mouse or
    // the focus.
    const bool wanted = m_view.width() >= 320 || m_view.underMouse() || m_view.hasFocus() || m_popover;
    m_button->setVisible(shown && wanted && m_view.width() >= 120 && m_view.height() >= 60);
    if (shown) {
        const FigureStyle style = m_view.figureStyle();
        const auto range = shown->colorBar(m_view.figureArea(), style);
        m_button->setIcon(
            mapIcon(range && range->scale.diverging() ? style.divergingMap : style.sequentialMap, style.dark,
                    m_button->iconSize()));
        m_button->setGeometry(QRect(QPoint(m_view.width() - buttonSize.width() - 4, 4), buttonSize));
    }
    m_handles->place();
}

} // namespace headlight
