// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/input_bar.h"

#include "models/sampling.h"
#include "panels/image_chooser.h"
#include "panels/text_field.h"
#include "panels/token_chips.h"
#include "panels/tool_tip.h"
#include "session/core_words.h"
#include "session/selection.h"
#include "session/session.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace headlight {

namespace {

const QString openFolderItem = QStringLiteral("\x01open");

/// "1 2, 3" as ids; nothing when there is something else.
std::optional<std::vector<int>> idsOf(const QString& text)
{
    // For every letter that is typed: a regular expression would take longer than all else here.
    const auto separates = [](QChar c) {
        return c.isSpace() || c == QLatin1Char(',') || c == QLatin1Char(';');
    };
    std::vector<int> ids;
    for (const QChar *at = text.begin(), *end = text.end();;) {
        at = std::find_if_not(at, end, separates);
        if (at == end)
            return ids;
        const QChar* after = std::find_if(at, end, separates);
        bool ok = false;
        ids.push_back(QStringView(at, after).toInt(&ok));
        if (!ok)
            return std::nullopt;
        at = after;
    }
}

QString idsText(const std::vector<int>& ids)
{
    QStringList words;
    for (const int id : ids)
        words << QString::number(id);
    return words.join(QLatin1Char(' '));
}

} // namespace

InputBar::InputBar(Session& session, Selection& selection, QAction* exportAction, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_models(new QComboBox(this))
    , m_fields(new QHBoxLayout)
    , m_chipRow(new QHBoxLayout)
    , m_examplesButton(new QToolButton(this))
    , m_examples(new QMenu(this))
    , m_info(new QLabel(this))
{
    setObjectName(QStringLiteral("inputBar"));
    setAttribute(Qt::WA_StyledBackground);
    m_models->setObjectName(QStringLiteral("modelChooser"));
    m_models->setAccessibleName(tr("Model"));
    m_models->setFocusPolicy(Qt::TabFocus);
    m_models->setMinimumWidth(190);
    m_models->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_models->setMaxVisibleItems(20);
    m_examplesButton->setObjectName(QStringLiteral("examplesButton"));
    m_examplesButton->setText(tr("Examples"));
    m_examplesButton->setAccessibleName(tr("Examples"));
    m_examplesButton->setMenu(m_examples);
    m_examplesButton->setPopupMode(QToolButton::InstantPopup);
    m_examplesButton->setFocusPolicy(Qt::TabFocus);
    m_examples->setObjectName(QStringLiteral("examplesMenu"));
    m_examples->setToolTipsVisible(true);
    m_info->setObjectName(QStringLiteral("muted"));
    auto* save = new QToolButton(this);
    save->setObjectName(QStringLiteral("primaryButton"));
    save->setDefaultAction(exportAction);
    save->setToolButtonStyle(Qt::ToolButtonTextOnly);
    save->setFocusPolicy(Qt::TabFocus);
    save->setAccessibleName(tr("Export the view in front"));

    auto* first = new QHBoxLayout;
    first->setSpacing(9);
    m_fields->setSpacing(9);
    first->addWidget(m_models, 0, Qt::AlignTop);
    first->addLayout(m_fields, 1);
    first->addWidget(m_examplesButton, 0, Qt::AlignTop);
    first->addWidget(save, 0, Qt::AlignTop);
    auto* second = new QHBoxLayout;
    second->setSpacing(14);
    m_chipRow->setSpacing(14);
    second->addLayout(m_chipRow, 1);
    second->addWidget(m_info);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 8, 14, 8);
    layout->setSpacing(7);
    layout->addLayout(first);
    layout->addLayout(second);

    connect(m_models, &QComboBox::activated, this, [this](int index) {
        const QString chosen = m_models->itemData(index).toString();
        if (chosen == openFolderItem)
            emit openFolderWanted();
        else if (!chosen.isEmpty())
            m_session.openModel(chosen);
        showModelName(); // it changes when the model has been opened
    });
    connect(&session, &Session::modelChanged, this, &InputBar::modelChanged);
    connect(&session, &Session::traceChanged, this, &InputBar::traceChanged);
    connect(&session, &Session::inputReplaced, this, &InputBar::inputReplaced);
    connect(&selection, &Selection::stepChanged, this, &InputBar::focusChanged);
    connect(&selection, &Selection::focusChanged, this, &InputBar::focusChanged);
}

void InputBar::setModels(const QStringList& bundled, const QStringList& recent)
{
    m_bundled = bundled;
    m_recent = recent;
    showModelName();
}

void InputBar::focusText()
{
    for (const StreamRow& row : m_rows)
        if (row.field) {
            row.field->setFocus(Qt::ShortcutFocusReason);
            return;
        }
    if (m_images)
        m_images->setFocus(Qt::ShortcutFocusReason);
}

TextField* InputBar::field(int text) const
{
    for (const StreamRow& row : m_rows)
        if (row.text == text)
            return row.field;
    return nullptr;
}

TokenChips* InputBar::chips(int stream) const
{
    for (const StreamRow& row : m_rows)
        if (row.stream == stream)
            return row.chips;
    return nullptr;
}

void InputBar::write(int stream, const QString& text)
{
    for (const StreamRow& row : m_rows)
        if (row.stream == stream && row.field) {
            row.field->setQuietly(text);
            textEdited();
        }
}

void InputBar::showModelName()
{
    const QSignalBlocker quiet(m_models);
    m_models->clear();
    const auto name = [](const QString& folder) {
        return folder.mid(folder.lastIndexOf(QLatin1Char('/')) + 1);
    };
    for (const QString& entry : m_bundled) {
        const QStringList parts = entry.split(QLatin1Char('\t')); // folder, family
        m_models->addItem(name(parts[0]) + (parts.size() > 1 ? QStringLiteral(" · ") + parts[1] : QString()),
                          parts[0]);
    }
    const auto folders = [&] {
        QStringList list;
        for (int i = 0; i < m_models->count(); ++i)
            list << m_models->itemData(i).toString();
        return list;
    };
    QStringList own;
    for (const QString& folder : m_recent)
        if (!folders().contains(folder))
            own << folder;
    const ModelPtr& model = m_session.model();
    const QString current = model ? QString::fromStdString(model->folder.string()) : QString();
    if (model && !folders().contains(current) && !own.contains(current))
        own.prepend(current);
    if (!own.isEmpty())
        m_models->insertSeparator(m_models->count());
    for (const QString& folder : own) {
        const bool shown = folder == current;
        m_models->addItem(
            name(folder) +
                (shown ? QStringLiteral(" · ") + QString::fromStdString(model->program->family) : QString()),
            folder);
        m_models->setItemData(m_models->count() - 1, toolTipOf(folder), Qt::ToolTipRole);
    }
    m_models->insertSeparator(m_models->count());
    m_models->addItem(tr("Open a folder…"), openFolderItem);
    m_models->setCurrentIndex(m_models->findData(current));
}

void InputBar::modelChanged()
{
    for (StreamRow& row : m_rows)
        for (QWidget* w : {static_cast<QWidget*>(row.field), static_cast<QWidget*>(row.decode),
                           static_cast<QWidget*>(row.chips)})
            if (w) {
                w->hide();
                w->deleteLater();
            }
    m_rows.clear();
    if (m_images) {
        m_images->hide();
        m_images->deleteLater();
        m_images = nullptr;
    }
    const Model& model = *m_session.model();
    int text = 0;
    for (std::size_t s = 0; s < model.program->streams.size(); ++s) {
        const Stream& stream = model.program->streams[s];
        StreamRow row;
        row.stream = static_cast<int>(s);
        if (stream.kind == Stream::Kind::Patches) {
            addImages();
        } else {
            row.text = text++;
            row.ids = model.tokenizerOf(row.stream) == nullptr;
            addField(row);
        }
        row.chips = new TokenChips(this);
        row.chips->setAccessibleName(tr("Positions of %1").arg(coreWords(stream.name)));
        m_chipRow->addWidget(row.chips, 1);
        const int index = static_cast<int>(m_rows.size());
        connect(row.chips, &TokenChips::queryChosen, this,
                [this, s = row.stream](int at) { m_selection.setQueryToken(s, at); });
        connect(row.chips, &TokenChips::keyChosen, this,
                [this, s = row.stream](int at) { m_selection.setKeyToken(s, at); });
        connect(row.chips, &TokenChips::hovered, this, [this, index](int at) {
            const StreamRow& r = m_rows[static_cast<std::size_t>(index)];
            if (!r.field || r.ids)
                return;
            const auto& labels = r.chips->labels();
            if (at >= 0 && static_cast<std::size_t>(at) < labels.size())
                r.field->markBytes(labels[static_cast<std::size_t>(at)].begin,
                                   labels[static_cast<std::size_t>(at)].end);
            else
                r.field->markBytes(0, 0);
        });
        m_rows.push_back(row);
    }
    fillExamples();
    showModelName();
    inputReplaced();
}

void InputBar::addField(StreamRow& row)
{
    const Stream& stream = m_session.model()->program->streams[static_cast<std::size_t>(row.stream)];
    row.field = new TextField(this);
    row.field->setAccessibleName(row.ids          ? tr("Token ids of %1").arg(coreWords(stream.name))
                                 : stream.decoded ? tr("Target text")
                                                  : tr("Text"));
    if (row.ids) {
        row.field->setPlaceholderText(tr("token ids, such as 1 2 3 (this model has no tokenizer)"));
        row.field->expectNumbers();
    } else if (!stream.decoded)
        row.field->setPlaceholderText(tr("Type some text"));
    m_fields->addWidget(row.field, 1, Qt::AlignTop);
    const int index = static_cast<int>(m_rows.size());
    connect(row.field, &TextField::edited, this, &InputBar::textEdited);
    connect(row.field, &TextField::left, this, &InputBar::left);
    connect(row.field, &TextField::byteHovered, this, [this, index](int byte) {
        const StreamRow& r = m_rows[static_cast<std::size_t>(index)];
        const auto& labels = r.chips->labels();
        int found = -1;
        for (std::size_t i = 0; i < labels.size() && byte >= 0; ++i)
            if (labels[i].begin <= static_cast<std::size_t>(byte) &&
                static_cast<std::size_t>(byte) < labels[i].end)
                found = static_cast<int>(i);
        r.chips->setMarked(r.ids ? -1 : found);
    });
    if (stream.decoded) {
        row.decode = new QToolButton(this);
        row.decode->setObjectName(QStringLiteral("decodeButton"));
        row.decode->setText(tr("Decode"));
        row.decode->setAccessibleName(tr("Let the model write the target"));
        row.decode->setToolTip(tr("Let the model write the target, always its likeliest next token"));
        row.decode->setFocusPolicy(Qt::TabFocus);
        m_fields->addWidget(row.decode, 0, Qt::AlignTop);
        connect(row.decode, &QToolButton::clicked, &m_session, &Session::decode);
    }
}

void InputBar::addImages()
{
    const Model& model = *m_session.model();
    m_images = new ImageChooser(this);
    std::vector<ImageChooser::Thumbnail> thumbnails;
    for (std::size_t i = 0; i < model.examples.size(); ++i) {
        const Example& example = model.examples[i];
        if (example.image.empty())
            continue;
        const QImage image(QString::fromStdString((model.folder / example.image).string()));
        if (!image.isNull())
            thumbnails.push_back({image,
                                  coreWords(example.title) + QLatin1Char('\n') + coreWords(example.about),
                                  static_cast<int>(i)});
    }
    m_images->setThumbnails(std::move(thumbnails));
    m_fields->addWidget(m_images, 1);
    connect(m_images, &ImageChooser::exampleChosen, &m_session, &Session::showExample);
    connect(m_images, &ImageChooser::openWanted, this, &InputBar::openImageWanted);
    connect(m_images, &ImageChooser::imageGiven, this, [this](const QImage& image, const QString& name) {
        if (image.isNull())
            emit complained(tr("This file can't be read. %1: expected a picture").arg(name));
        else
            m_session.setImage(image, name);
    });
}

void InputBar::fillExamples()
{
    m_examples->clear();
    const Model& model = *m_session.model();
    for (std::size_t i = 0; i < model.examples.size(); ++i) {
        const Example& example = model.examples[i];
        const QString title = coreWords(example.title);
        const QString about = coreWords(example.about);
        QAction* action =
            m_examples->addAction(about.isEmpty() ? title
                                                  : title + QStringLiteral("  –  ") +
                                                        fontMetrics().elidedText(about, Qt::ElideRight, 520));
        action->setToolTip(toolTipOf(about));
        connect(action, &QAction::triggered, this, [this, i] { m_session.showExample(static_cast<int>(i)); });
    }
    m_examplesButton->setEnabled(!model.examples.empty());
}

void InputBar::inputReplaced()
{
    const SessionInput& input = m_session.wanted();
    for (const StreamRow& row : m_rows) {
        if (!row.field || static_cast<std::size_t>(row.text) >= input.texts.size())
            continue;
        const StreamText& text = input.texts[static_cast<std::size_t>(row.text)];
        row.field->setQuietly(text.ids ? idsText(*text.ids) : QString::fromStdString(text.text));
    }
    if (m_images)
        m_images->setCurrent(input.image, input.example);
}

void InputBar::traceChanged()
{
    const Trace& trace = m_session.trace();
    const Model& model = *m_session.model();
    QStringList counts;
    for (const StreamRow& row : m_rows) {
        const auto& given = trace.input().streams[static_cast<std::size_t>(row.stream)];
        row.chips->setLabels(given.labels);
        m_chipRow->setStretchFactor(row.chips, std::max(1, row.chips->contentWidth()));
        if (const Tokenizer* tokenizer = model.tokenizerOf(row.stream)) {
            std::vector<QString> pieces;
            for (const PositionLabel& label : given.labels)
                pieces.push_back(QString::fromStdString(tokenizer->piece(label.id)));
            row.chips->setPieces(std::move(pieces));
        }
        counts << QString::number(given.labels.size());
        if (row.decode && row.field->toPlainText().isEmpty())
            row.field->setPlaceholderText(
                tr("%1   (written by the model; type to write your own)")
                    .arg(QString::fromStdString(typedText(model, trace, row.stream))));
    }
    if (m_images)
        m_images->setCurrent(m_session.input().image, m_session.input().example);
    const auto counted = [](qsizetype count, const QString& one, const QString& many) {
        return count == 1 ? one : many.arg(count);
    };
    QString info = counts == QStringList{QStringLiteral("1")}
                       ? tr("1 token")
                       : tr("%1 tokens").arg(counts.join(QStringLiteral(" + ")));
    const auto& attention = model.program->attention;
    if (!attention.empty()) {
        const bool oneStack = std::all_of(attention.begin(), attention.end(), [&](const AttentionLayer& a) {
            return a.stack == attention.front().stack;
        });
        const auto layers = static_cast<qsizetype>(attention.size());
        info += QStringLiteral(" · ") + counted(attention.front().heads, tr("1 head"), tr("%1 heads")) +
                QStringLiteral(" × ") +
                (oneStack ? counted(layers, tr("1 layer"), tr("%1 layers"))
                          : tr("%1 attention layers").arg(layers));
    }
    m_info->setText(info);
    focusChanged();
}

void InputBar::focusChanged()
{
    const int attention = m_selection.attention();
    if (!m_session.model() || m_selection.step() < 0)
        return;
    const auto& layers = m_session.model()->program->attention;
    const AttentionLayer* layer = attention >= 0 && static_cast<std::size_t>(attention) < layers.size()
                                      ? &layers[static_cast<std::size_t>(attention)]
                                      : nullptr;
    for (const StreamRow& row : m_rows) {
        int query = static_cast<int>(m_selection.queryToken(row.stream));
        int key = static_cast<int>(m_selection.keyToken(row.stream));
        if (layer && layer->queries != row.stream)
            query = -1;
        if (layer && layer->keys != row.stream)
            key = -1;
        // What the mouse is over counts before what was clicked.
        if (const auto& hovered = m_selection.hovered();
            hovered && hovered->tensor.kind == TensorRef::Kind::Step) {
            const Axes& axes = m_session.trace().axes(hovered->tensor.index);
            for (std::size_t a = 0; a < axes.size() && a < hovered->cell.size(); ++a) {
                if (axes[a].stream != row.stream)
                    continue;
                (axes[a].name == axis::key ? key : query) = static_cast<int>(hovered->cell[a]);
            }
        }
        row.chips->setSelected(query, key);
    }
}

void InputBar::textEdited()
{
    std::vector<StreamText> texts;
    for (const StreamRow& row : m_rows) {
        if (!row.field)
            continue;
        if (!row.ids) {
            texts.push_back({row.field->text(), std::nullopt});
            continue;
        }
        // Words that are no numbers go on as they are: core says what it expected. So does nothing at all:
        // a target that nobody writes is written by the model.
        if (auto ids = idsOf(row.field->toPlainText()); ids && !ids->empty())
            texts.push_back({{}, std::move(ids)});
        else
            texts.push_back({row.field->text(), std::nullopt});
    }
    m_session.setTexts(std::move(texts));
}

} // namespace headlight
