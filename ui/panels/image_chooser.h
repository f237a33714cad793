// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The picture that a vision model looks at: the examples as thumbnails, a file, a drop or a paste.

#include <QImage>
#include <QWidget>

#include <vector>

namespace headlight {

class ImageChooser : public QWidget
{
    Q_OBJECT
public:
    struct Thumbnail
    {
        QImage image;
        QString title;
        int example = -1;
    };

    explicit ImageChooser(QWidget* parent = nullptr);

    void setThumbnails(std::vector<Thumbnail> thumbnails);
    /// The picture that is looked at now; −1 for one that is no example.
    void setCurrent(const QImage& image, int example);
    [[nodiscard]] int count() const { return static_cast<int>(m_thumbnails.size()); }
    [[nodiscard]] QRect thumbnailRect(int index) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {120, sizeHint().height()}; }

public slots:
    void paste();

signals:
    void exampleChosen(int example);
    void imageGiven(const QImage& image, const QString& name);
    void openWanted();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] int at(const QPoint& point) const;
    [[nodiscard]] QRect openRect() const;
    [[nodiscard]] int edge() const;

    std::vector<Thumbnail> m_thumbnails;
    QImage m_current;
    int m_example = -1, m_hovered = -1, m_offset = 0;
};

} // namespace headlight
