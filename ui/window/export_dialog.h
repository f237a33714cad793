// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Saves a view as a picture or its numbers.

#include "figures/figure_export.h"
#include "window/file_dialogs.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace headlight {

class ExportDialog : public QDialog
{
    Q_OBJECT
public:
    struct Source
    {
        QString name; ///< "This step", "All heads"
        std::shared_ptr<const Figure> figure;
        FigureStyle style;
        Highlight highlight;
    };

    ExportDialog(std::vector<Source> sources, int front, QString folder, FileDialogs dialogs,
                 QWidget* parent);

    [[nodiscard]] QString path() const;
    void setPath(const QString& path);
    void setFormat(ExportFormat format);
    [[nodiscard]] ExportFormat format() const;

signals:
    void saved(const QString& path);
    void failed(const QString& reason);

private:
    void sourceChanged();
    void formatChanged();
    void showPreview();
    void save();
    [[nodiscard]] const Source& source() const;
    [[nodiscard]] ExportOptions options() const;

    std::vector<Source> m_sources;
    QString m_folder;
    FileDialogs m_dialogs;
    QComboBox* m_view;
    QComboBox* m_format;
    QSpinBox* m_dpi;
    QCheckBox* m_title;
    QCheckBox* m_marks;
    QLabel* m_size;
    QLabel* m_preview;
    QLineEdit* m_path;
    QLabel* m_problem;
};

} // namespace headlight
