// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The parameters of a program, as views into its checkpoint. Each is made when it is first asked for; float32
// is never copied.

#include "formats/checkpoint.h"
#include "program/program.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace headlight {

class Parameters
{
public:
    /// Checks every parameter's name and shape against the checkpoint's list, without reading numbers.
    /// Errors: NotFound or BadShape with the checkpoint tensor's name, the expected and the found shape.
    [[nodiscard]] static Result<std::shared_ptr<const Parameters>>
    open(std::shared_ptr<const Program> program, std::shared_ptr<const Checkpoint> checkpoint);

    /// The parameter's tensor. Thread-safe.
    [[nodiscard]] Result<TensorPtr> tensor(int parameter) const;

    /// Checkpoint tensors that no parameter uses and the family does not name as ignored.
    [[nodiscard]] std::vector<std::string> unused() const;
    /// Numbers in the checkpoint tensors that are used, each tensor counted once (tied ones too).
    [[nodiscard]] std::int64_t count() const;
    [[nodiscard]] const Checkpoint& checkpoint() const { return *m_checkpoint; }

private:
    std::shared_ptr<const Program> m_program;
    std::shared_ptr<const Checkpoint> m_checkpoint;
    mutable std::mutex m_mutex;
    mutable std::vector<TensorPtr> m_tensors;
};

} // namespace headlight
