// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/export_dialog.h"

#include "session/issue.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QVBoxLayout>

namespace headlight {

namespace {

struct FormatEntry
{
    ExportFormat format;
    const char* suffix;
    const char* words;
    bool picture;
};

constexpr FormatEntry formats[] = {
    {ExportFormat::Png, "png", QT_TRANSLATE_NOOP("headlight::ExportDialog", "PNG picture"), true},
    {ExportFormat::Svg, "svg", QT_TRANSLATE_NOOP("headlight::ExportDialog", "SVG drawing"), true},
    {ExportFormat::Pdf, "pdf", QT_TRANSLATE_NOOP("headlight::ExportDialog", "PDF page"), true},
    {ExportFormat::Csv, "csv", QT_TRANSLATE_NOOP("headlight::ExportDialog", "CSV, the numbers"), false},
    {ExportFormat::Npy, "npy", QT_TRANSLATE_NOOP("headlight::ExportDialog", "NumPy array"), false},
};

constexpr int previewWidth = 520, previewHeight = 300;

QString fileNameFor(const QString& title)
{
    QString name = title.toLower();
    // Plain letters and digits, and Chinese signs, which are a title of their own.
    static const QRegularExpression others(QStringLiteral("[^a-z0-9\\x{4e00}-\\x{9fff}]+"));
    name.replace(others, QStringLiteral("-"));
    while (name.startsWith(QLatin1Char('-')))
        name.remove(0, 1);
    while (name.endsWith(QLatin1Char('-')))
        name.chop(1);
    return name.isEmpty() ? QStringLiteral("headlight") : name.left(60);
}

} // namespace

ExportDialog::ExportDialog(std::vector<Source> sources, int front, QString folder, FileDialogs dialogs,
                           QWidget* parent)
    : QDialog(parent)
    , m_sources(std::move(sources))
    , m_folder(std::move(folder))
    , m_dialogs(std::move(dialogs))
    , m_view(new QComboBox(this))
    , m_format(new QComboBox(this))
    , m_dpi(new QSpinBox(this))
    , m_title(new QCheckBox(tr("Title and hook name"), this))
    , m_marks(new QCheckBox(tr("Mark the selected cell"), this))
    , m_size(new QLabel(this))
    , m_preview(new QLabel(this))
    , m_path(new QLineEdit(this))
    , m_problem(new QLabel(this))
{
    setObjectName(QStringLiteral("exportDialog"));
    setWindowTitle(tr("Export"));
    m_view->setObjectName(QStringLiteral("exportView"));
    m_view->setAccessibleName(tr("View"));
    m_format->setObjectName(QStringLiteral("exportFormat"));
    m_format->setAccessibleName(tr("Format"));
    m_dpi->setObjectName(QStringLiteral("exportDpi"));
    m_dpi->setAccessibleName(tr("Dots an inch"));
    m_dpi->setRange(48, 1200);
    m_dpi->setSingleStep(48);
    m_dpi->setValue(192);
    m_dpi->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_path->setObjectName(QStringLiteral("exportPath"));
    m_path->setAccessibleName(tr("File"));
    m_path->setMinimumWidth(340);
    m_preview->setFixedSize(previewWidth, previewHeight);
    m_preview->setObjectName(QStringLiteral("exportPreview"));
    m_preview->setAlignment(Qt::AlignCenter);
    m_preview->setAccessibleName(tr("Preview"));
    m_size->setObjectName(QStringLiteral("muted"));
    m_problem->setObjectName(QStringLiteral("exportProblem"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_title->setChecked(true);
    for (const Source& s : m_sources)
        m_view->addItem(s.name);
    m_view->setCurrentIndex(front);
    for (const FormatEntry& f : formats)
        m_format->addItem(tr(f.words), QLatin1String(f.suffix));

    auto* browse = new QPushButton(tr("Browse…"), this);
    browse->setAutoDefault(false);
    auto* file = new QHBoxLayout;
    file->setSpacing(8);
    file->addWidget(m_path, 1);
    file->addWidget(browse);
    auto* size = new QHBoxLayout;
    size->setSpacing(8);
    size->addWidget(m_dpi);
    size->addWidget(m_size, 1);
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setHorizontalSpacing(14);
    form->setVerticalSpacing(9);
    form->addRow(tr("View"), m_view);
    form->addRow(tr("Format"), m_format);
    form->addRow(tr("Dots an inch"), size);
    form->addRow(QString(), m_title);
    form->addRow(QString(), m_marks);
    form->addRow(tr("File"), file);
    auto* save = new QPushButton(tr("Save"), this);
    save->setObjectName(QStringLiteral("exportSave"));
    save->setDefault(true);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    cancel->setAutoDefault(false);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(save);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(12);
    layout->addWidget(m_preview, 0, Qt::AlignCenter);
    layout->addLayout(form);
    layout->addWidget(m_problem);
    layout->addLayout(buttons);

    connect(m_view, &QComboBox::currentIndexChanged, this, &ExportDialog::sourceChanged);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::formatChanged);
    connect(m_dpi, &QSpinBox::valueChanged, this, &ExportDialog::showPreview);
    connect(m_title, &QCheckBox::toggled, this, &ExportDialog::showPreview);
    connect(m_marks, &QCheckBox::toggled, this, &ExportDialog::showPreview);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(save, &QPushButton::clicked, this, &ExportDialog::save);
    connect(browse, &QPushButton::clicked, this,
            [this] { m_dialogs.saveFile(this, path(), [this](const QString& chosen) { setPath(chosen); }); });
    sourceChanged();
}

const ExportDialog::Source& ExportDialog::source() const
{
    return m_sources[static_cast<std::size_t>(std::max(0, m_view->currentIndex()))];
}

QString ExportDialog::path() const
{
    return m_path->text();
}

void ExportDialog::setPath(const QString& path)
{
    m_path->setText(path);
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (const int index = m_format->findData(suffix); index >= 0)
        m_format->setCurrentIndex(index);
}

void ExportDialog::setFormat(ExportFormat format)
{
    m_format->setCurrentIndex(static_cast<int>(format));
}

ExportFormat ExportDialog::format() const
{
    return formats[m_format->currentIndex()].format;
}

ExportOptions ExportDialog::options() const
{
    ExportOptions options;
    options.dpi = m_dpi->value();
    options.title = m_title->isChecked();
    if (m_marks->isChecked())
        options.highlight = source().highlight;
    return options;
}

void ExportDialog::sourceChanged()
{
    const Figure* figure = source().figure.get();
    const QString name = fileNameFor(figure ? figure->title() : source().name);
    m_path->setText(QDir(m_folder).filePath(name + QLatin1Char('.') + m_format->currentData().toString()));
    showPreview();
}

void ExportDialog::formatChanged()
{
    const QFileInfo file(m_path->text());
    m_path->setText(
        QDir(file.path())
            .filePath(file.completeBaseName() + QLatin1Char('.') + m_format->currentData().toString()));
    showPreview();
}

void ExportDialog::showPreview()
{
    const FormatEntry& format = formats[m_format->currentIndex()];
    m_dpi->setEnabled(format.format == ExportFormat::Png);
    m_title->setEnabled(format.picture);
    m_marks->setEnabled(format.picture);
    m_problem->hide();
    const Figure* figure = source().figure.get();
    if (!figure) {
        m_preview->setText(tr("There is nothing in this view"));
        return;
    }
    ExportOptions small = options();
    small.dpi.reset();
    small.scale = 2 * devicePixelRatioF();
    auto image = figureImage(*figure, source().style, small);
    if (!image) {
        m_preview->setText(errorText(image.error()));
        return;
    }
    const QSizeF logical = QSizeF(image->size()) / small.scale;
    const double factor = m_dpi->value() / 96.0;
    m_size->setText(format.format == ExportFormat::Png ? tr("%1 × %2 pixels")
                                                             .arg(qRound(logical.width() * factor))
                                                             .arg(qRound(logical.height() * factor))
                    : format.picture ? tr("%1 × %2 mm")
                                           .arg(qRound(logical.width() / 96 * 25.4))
                                           .arg(qRound(logical.height() / 96 * 25.4))
                                     : QString::fromStdString(figure->data().tensor
                                                                  ? describe(figure->data().tensor->axes())
                                                                  : std::string()));
    QImage shown = image->scaled((m_preview->size() - QSize(16, 16)) * devicePixelRatioF(),
                                 Qt::KeepAspectRatio, Qt::SmoothTransformation);
    shown.setDevicePixelRatio(devicePixelRatioF());
    m_preview->setPixmap(QPixmap::fromImage(shown));
}

void ExportDialog::save()
{
    const Figure* figure = source().figure.get();
    if (!figure)
        return;
    const QString wanted = path();
    if (auto ok = saveFigure(*figure, wanted.toStdString(), source().style, options()); !ok) {
        m_problem->setText(errorText(ok.error()));
        m_problem->show();
        emit failed(m_problem->text());
        return;
    }
    emit saved(wanted);
    accept();
}

} // namespace headlight
