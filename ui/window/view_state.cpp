// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/view_state.h"

#include "figures/figure_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHeaderView>
#include <QSlider>
#include <QSpinBox>

#include <functional>

namespace headlight {

namespace {

/// Calls @p visit with every widget below @p root and its place: "tabs/QStackedWidget0/headsPanel0".
void eachWidget(const QWidget& root, const QString& place,
                const std::function<void(QWidget&, const QString&)>& visit)
{
    QHash<QString, int> seen;
    for (QObject* child : root.children()) {
        auto* widget = qobject_cast<QWidget*>(child);
        if (!widget || widget->isWindow())
            continue;
        // The text and the what-ifs are the session's.
        if (widget->objectName() == QStringLiteral("inputBar") ||
            widget->objectName() == QStringLiteral("whatIfBar"))
            continue;
        const QString name = widget->objectName().isEmpty()
                                 ? QString::fromLatin1(widget->metaObject()->className())
                                 : widget->objectName();
        const QString path = place + QLatin1Char('/') + name + QString::number(seen[name]++);
        visit(*widget, path);
        eachWidget(*widget, path, visit);
    }
}

/// What can be kept of a widget; invalid when it is none of these.
QVariant valueOf(const QWidget& widget)
{
    if (const auto* box = qobject_cast<const QComboBox*>(&widget))
        return QVariantList{box->count(), box->currentIndex()};
    if (const auto* box = qobject_cast<const QCheckBox*>(&widget))
        return box->isChecked();
    if (const auto* box = qobject_cast<const QSpinBox*>(&widget))
        return box->value();
    if (const auto* box = qobject_cast<const QDoubleSpinBox*>(&widget))
        return box->value();
    if (const auto* slider = qobject_cast<const QSlider*>(&widget))
        return slider->property("automatic").toBool() ? QVariant() : slider->value();
    if (const auto* view = qobject_cast<const FigureView*>(&widget))
        return view->zoom();
    if (const auto* header = qobject_cast<const QHeaderView*>(&widget))
        return QVariantList{header->sortIndicatorSection(), static_cast<int>(header->sortIndicatorOrder())};
    return {};
}

void setValue(QWidget& widget, const QVariant& value)
{
    if (auto* box = qobject_cast<QComboBox*>(&widget)) {
        const QVariantList list = value.toList();
        const int index = list[1].toInt();
        if (list[0].toInt() != box->count() || index == box->currentIndex())
            return;
        box->setCurrentIndex(index);
        emit box->activated(index); // views follow what a person chose
    } else if (auto* check = qobject_cast<QCheckBox*>(&widget)) {
        if (check->isChecked() != value.toBool())
            check->click();
    } else if (auto* whole = qobject_cast<QSpinBox*>(&widget)) {
        whole->setValue(value.toInt());
    } else if (auto* number = qobject_cast<QDoubleSpinBox*>(&widget)) {
        number->setValue(value.toDouble());
    } else if (auto* slider = qobject_cast<QSlider*>(&widget)) {
        slider->setValue(value.toInt());
    } else if (auto* view = qobject_cast<FigureView*>(&widget)) {
        view->setZoom(value.toDouble());
    } else if (auto* header = qobject_cast<QHeaderView*>(&widget)) {
        const QVariantList list = value.toList();
        if (header->isSortIndicatorShown())
            header->setSortIndicator(list[0].toInt(), static_cast<Qt::SortOrder>(list[1].toInt()));
    }
}

} // namespace

ViewState::ViewState(const QWidget& root)
{
    eachWidget(root, {}, [this](QWidget& widget, const QString& place) {
        if (QVariant value = valueOf(widget); value.isValid())
            m_values.insert(place, std::move(value));
    });
}

void ViewState::restore(QWidget& root) const
{
    std::vector<std::pair<QWidget*, QString>> all; // first: setting one may make others
    eachWidget(root, {}, [&all](QWidget& widget, const QString& place) { all.emplace_back(&widget, place); });
    for (const auto& [widget, place] : all)
        if (const auto it = m_values.find(place); it != m_values.end() && valueOf(*widget) != *it)
            setValue(*widget, *it);
}

} // namespace headlight
