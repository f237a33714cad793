// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden_names.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>
#include <numeric>

namespace golden {

namespace {

enum class Layout {
    Same,        ///< the same numbers in the same order, whatever the axes
    Columns,     ///< the last axis is all hooks' columns side by side
    Interleaved, ///< the last axis is [head, hook, d_head], four heads
    HeadsLast,   ///< [query, key, …, head] instead of [head, query, key]
    LastColumns, ///< Columns, of which the first hook has only the last rows (a memory stands in front)
    Upwards,     ///< distances from the largest down to 0 instead of 0, 1, 2 …
    Cluster,     ///< only the rows of tokens that belong to the cluster of this number
    Window,     ///< [head, query, global keys and window] or [query, head, …] instead of [head, query, key]
    GlobalRows, ///< [head, global query, key], or rows of global tokens only
    GlobalQueries, ///< [head, key, global query] instead of [head, query, key]
    Chunks,        ///< [head, chunk, query, keys of the chunk before and its own] instead of dense patterns
    ChannelsFirst, ///< [image, d_model, row, column] instead of [image, position, d_model]
};

struct Rule
{
    const char* families; ///< model types, or * for all
    /// A regular expression in which * is a number and . is a dot.
    const char* reference;
    /// Hooks, several with | when the reference has them in one tensor; * is the number, - is the number
    /// less one, % twice the number and one. Alternatives with " or ": the first that the program has. "/ 8":
    /// the hook has 8 times the reference's numbers (a module before its result is scaled). Empty: no such
    /// hook.
    const char* hooks;
    Layout layout = Layout::Same;
};

const char* const hiddenStates = "blocks.*.hook_resid_pre or ln_final.hook_normalized or "
                                 "blocks.-.hook_normalized_resid_post";

// clang-format off
const Rule rules[] = {
    {"bart marian", "lm_head", ""}, // before final_logits_bias, which we add in the same step
    {"*", "(?:logits|prediction_logits|prediction_scores|lm_head|cls|cls.predictions|embed_out|classifier|vocab_projector)", "hook_logits"},
    {"reformer", "attentions.*", "blocks.*.attn.hook_hash_pattern or blocks.*.attn.hook_pattern", Layout::Chunks},
    {"reformer", "lsh*.dense_attention", "blocks.%.attn.hook_pattern"},
    {"reformer", "lsh*.dense_per_hash", "blocks.%.attn.hook_hash_pattern"},
    {"reformer", "lsh*.logits_per_hash", "blocks.%.attn.hook_hash_logits"},
    {"reformer", "lsh*.chunk_probs", "blocks.%.attn.hook_hash_pattern", Layout::Chunks},
    {"reformer", "lsh*.rotations", "hook_rotations"},
    {"reformer", "lsh*.sorted_idx", ""}, // chunk_probs is compared in this order
    {"reformer", "hidden_states.*", "blocks.*.hook_resid_pre or blocks.-.hook_resid_post"},
    {"transfo_xl-flat", "hidden_states.*", "blocks.*.hook_resid_pre or blocks.-.hook_resid_post"},
    {"vit", "hidden_states.*", "blocks.*.hook_resid_pre or blocks.-.hook_resid_post"},
    {"*", "hidden_states.*", hiddenStates},
    {"longformer", "attentions.*", "blocks.*.attn.hook_pattern", Layout::Window},
    {"longformer", "global_attentions.*", "blocks.*.attn.hook_pattern", Layout::GlobalQueries},
    {"longformer", "dense_attentions.*", "blocks.*.attn.hook_pattern"},
    {"*", "attentions.*", "blocks.*.attn.hook_pattern"},

    {"gpt2 gpt_neo", "transformer.wte", "hook_embed"},
    {"gpt2 gpt_neo", "transformer.wpe", "hook_pos_embed"},
    {"gpt2 gpt_neo", "transformer.h.*.ln_1", "blocks.*.ln1.hook_normalized"},
    {"gpt2", "transformer.h.*.attn.c_attn", "blocks.*.attn.hook_q|blocks.*.attn.hook_k|blocks.*.attn.hook_v", Layout::Columns},
    {"gpt_neo", "transformer.h.*.attn.attention.q_proj", "blocks.*.attn.hook_q"},
    {"gpt_neo", "transformer.h.*.attn.attention.k_proj", "blocks.*.attn.hook_k"},
    {"gpt_neo", "transformer.h.*.attn.attention.v_proj", "blocks.*.attn.hook_v"},
    {"gpt2 gpt_neo", "transformer.h.*.attn(?:.attention)?.softmax_in", "blocks.*.attn.hook_attn_scores"},
    {"gpt2 gpt_neo", "transformer.h.*.attn(?:.attention)?.(?:c_proj|out_proj).input", "blocks.*.attn.hook_z"},
    {"gpt2 gpt_neo", "transformer.h.*.attn(?:.attention)?(?:.c_proj|.out_proj)?", "blocks.*.hook_attn_out"},
    {"gpt2 gpt_neo", "transformer.h.*.ln_2", "blocks.*.ln2.hook_normalized"},
    {"gpt2 gpt_neo", "transformer.h.*.mlp.c_fc", "blocks.*.mlp.hook_pre"},
    {"gpt2 gpt_neo", "transformer.h.*.mlp.act", "blocks.*.mlp.hook_post"},
    {"gpt2 gpt_neo", "transformer.h.*.mlp(?:.c_proj)?", "blocks.*.hook_mlp_out"},
    {"gpt2 gpt_neo bloom", "transformer.h.*", "blocks.*.hook_resid_post"},
    {"gpt2 gpt_neo bloom", "transformer.ln_f", "ln_final.hook_normalized"},

    {"gpt_neox", "gpt_neox.embed_in", "hook_embed"},
    {"gpt_neox", "gpt_neox.layers.*.input_layernorm", "blocks.*.ln1.hook_normalized"},
    {"gpt_neox", "gpt_neox.layers.*.attention.query_key_value", "blocks.*.attn.hook_q|blocks.*.attn.hook_k|blocks.*.attn.hook_v", Layout::Interleaved},
    {"gpt_neox", "gpt_neox.layers.*.attention.rotary_emb", ""},
    {"gpt_neox", "gpt_neox.layers.*.attention.softmax_in", "blocks.*.attn.hook_attn_scores"},
    {"gpt_neox", "gpt_neox.layers.*.attention.dense.input", "blocks.*.attn.hook_z"},
    {"gpt_neox", "gpt_neox.layers.*.attention(?:.dense)?", "blocks.*.hook_attn_out"},
    {"gpt_neox", "gpt_neox.layers.*.post_attention_layernorm", "blocks.*.ln2.hook_normalized"},
    {"gpt_neox", "gpt_neox.layers.*.mlp.dense_h_to_4h", "blocks.*.mlp.hook_pre"},
    {"gpt_neox", "gpt_neox.layers.*.mlp.act", "blocks.*.mlp.hook_post"},
    {"gpt_neox", "gpt_neox.layers.*.mlp(?:.dense_4h_to_h)?", "blocks.*.hook_mlp_out"},
    {"gpt_neox", "gpt_neox.layers.*", "blocks.*.hook_resid_post"},
    {"gpt_neox", "gpt_neox.final_layer_norm", "ln_final.hook_normalized"},

    {"bloom", "transformer.word_embeddings", "hook_embed"},
    {"bloom", "transformer.word_embeddings_layernorm", "embed.ln.hook_normalized"},
    {"bloom", "transformer.h.*.input_layernorm", "blocks.*.ln1.hook_normalized"},
    {"bloom", "transformer.h.*.self_attention.query_key_value", "blocks.*.attn.hook_q|blocks.*.attn.hook_k|blocks.*.attn.hook_v", Layout::Interleaved},
    {"bloom", "transformer.h.*.self_attention.softmax_in", "blocks.*.attn.hook_attn_scores"},
    {"bloom", "transformer.h.*.self_attention.dense.input", "blocks.*.attn.hook_z"},
    {"bloom", "transformer.h.*.self_attention.dense", "blocks.*.hook_attn_out"},
    {"bloom", "transformer.h.*.self_attention", "blocks.*.hook_resid_mid"},
    {"bloom", "transformer.h.*.post_attention_layernorm", "blocks.*.ln2.hook_normalized"},
    {"bloom", "transformer.h.*.mlp.dense_h_to_4h", "blocks.*.mlp.hook_pre"},
    {"bloom", "transformer.h.*.mlp.gelu_impl", "blocks.*.mlp.hook_post"},
    {"bloom", "transformer.h.*.mlp.dense_4h_to_h", "blocks.*.hook_mlp_out"},
    {"bloom", "transformer.h.*.mlp", "blocks.*.hook_resid_post"},

    {"opt", "model.decoder.embed_tokens", "hook_embed"},
    {"opt", "model.decoder.embed_positions", "hook_pos_embed"},
    {"opt", "model.decoder.layers.*.self_attn_layer_norm", "blocks.*.ln1.hook_normalized"},
    {"opt", "model.decoder.layers.*.self_attn.(q|k|v)_proj", "blocks.*.attn.hook_@"},
    {"opt", "model.decoder.layers.*.self_attn.softmax_in", "blocks.*.attn.hook_attn_scores"},
    {"opt", "model.decoder.layers.*.self_attn.out_proj.input", "blocks.*.attn.hook_z"},
    {"opt", "model.decoder.layers.*.self_attn(?:.out_proj)?", "blocks.*.hook_attn_out"},
    {"opt", "model.decoder.layers.*.final_layer_norm", "blocks.*.ln2.hook_normalized"},
    {"opt", "model.decoder.layers.*.fc1", "blocks.*.mlp.hook_pre"},
    {"opt", "model.decoder.layers.*.activation_fn", "blocks.*.mlp.hook_post"},
    {"opt", "model.decoder.layers.*.fc2", "blocks.*.hook_mlp_out"},
    {"opt", "model.decoder.layers.*", "blocks.*.hook_resid_post"},
    {"opt", "model.decoder.final_layer_norm", "ln_final.hook_normalized"},

    {"llama", "model.embed_tokens", "hook_embed"},
    {"llama", "model.layers.*.input_layernorm", "blocks.*.ln1.hook_normalized"},
    {"llama", "model.layers.*.self_attn.(q|k|v)_proj", "blocks.*.attn.hook_@"},
    {"llama", "model.layers.*.self_attn.rotary_emb", ""},
    {"llama", "model.layers.*.self_attn.softmax_in", "blocks.*.attn.hook_attn_scores"},
    {"llama", "model.layers.*.self_attn.o_proj.input", "blocks.*.attn.hook_z"},
    {"llama", "model.layers.*.self_attn(?:.o_proj)?", "blocks.*.hook_attn_out"},
    {"llama", "model.layers.*.post_attention_layernorm", "blocks.*.ln2.hook_normalized"},
    {"llama", "model.layers.*.mlp.gate_proj", "blocks.*.mlp.hook_pre"},
    {"llama", "model.layers.*.mlp.act_fn", "blocks.*.mlp.hook_gate"},
    {"llama", "model.layers.*.mlp.up_proj", "blocks.*.mlp.hook_pre_linear"},
    {"llama", "model.layers.*.mlp(?:.down_proj)?", "blocks.*.hook_mlp_out"},
    {"llama", "model.layers.*", "blocks.*.hook_resid_post"},
    {"llama", "model.norm", "ln_final.hook_normalized"},

    {"bert roberta longformer", "~.embeddings.word_embeddings", "hook_embed"},
    {"bert roberta longformer", "~.embeddings.position_embeddings", "hook_pos_embed"},
    {"bert roberta longformer", "~.embeddings.token_type_embeddings", "hook_token_type_embed"},
    {"bert roberta longformer", "~.embeddings(?:.LayerNorm)?", "embed.ln.hook_normalized"},
    {"bert roberta longformer", "~.encoder.layer.*.attention.self.(q|k|v)(?:uery|ey|alue)", "blocks.*.attn.hook_@"},
    {"bert roberta", "~.encoder.layer.*.attention.self.softmax_in", "blocks.*.attn.hook_attn_scores"},
    {"longformer", "~.encoder.layer.*.attention.self.softmax_in", "blocks.*.attn.hook_attn_scores", Layout::Window},
    {"longformer", "~.encoder.layer.*.attention.self.softmax_in#2", "blocks.*.attn.hook_attn_scores", Layout::GlobalRows},
    {"longformer", "~.encoder.layer.*.attention.self.query_global", "blocks.*.attn.hook_q_global", Layout::GlobalRows},
    {"longformer", "~.encoder.layer.*.attention.self.key_global", "blocks.*.attn.hook_k_global"},
    {"longformer", "~.encoder.layer.*.attention.self.value_global(?:#2)?", "blocks.*.attn.hook_v_global"},
    {"longformer", "~.encoder.layer.*.attention.self.value#2", "blocks.*.attn.hook_v"},
    {"bert roberta longformer", "~.encoder.layer.*.attention.self", "blocks.*.attn.hook_z"},
    {"bert roberta longformer", "~.encoder.layer.*.attention.output.dense.input", "blocks.*.attn.hook_z"},
    {"bert roberta longformer", "~.encoder.layer.*.attention.output.dense", "blocks.*.hook_attn_out"},
    {"bert roberta longformer", "~.encoder.layer.*.attention(?:.output)?(?:.LayerNorm)?", "blocks.*.ln1.hook_normalized"},
    {"bert roberta longformer", "~.encoder.layer.*.intermediate.dense", "blocks.*.mlp.hook_pre"},
    {"bert roberta longformer", "~.encoder.layer.*.intermediate(?:.intermediate_act_fn)?", "blocks.*.mlp.hook_post"},
    {"bert roberta longformer", "~.encoder.layer.*.output.dense", "blocks.*.hook_mlp_out"},
    {"bert roberta longformer", "~.encoder.layer.*(?:.output)?(?:.LayerNorm)?", "blocks.*.hook_normalized_resid_post"},
    {"bert", "bert.pooler.dense", "pooler.hook_pre"},
    {"bert", "bert.pooler(?:.activation)?", "pooler.hook_pooler_out"},
    {"bert", "cls.predictions.transform.dense", "mlm_head.hook_pre"},
    {"bert", "cls.predictions.transform.transform_act_fn", "mlm_head.hook_post"},
    {"bert", "cls.predictions.transform(?:.LayerNorm)?", "mlm_head.ln.hook_normalized"},
    {"bert", "cls.predictions.decoder", "hook_logits"},
    {"bert", "(?:cls.seq_relationship|seq_relationship_logits)", "nsp_head.hook_nsp_out"},
    {"roberta longformer", "lm_head.dense", "mlm_head.hook_pre"},
    {"roberta longformer", "lm_head.layer_norm", "mlm_head.ln.hook_normalized"},
    {"roberta longformer", "lm_head.decoder", "hook_logits"},

    {"distilbert", "distilbert.embeddings.word_embeddings", "hook_embed"},
    {"distilbert", "distilbert.embeddings.position_embeddings", "hook_pos_embed"},
    {"distilbert", "distilbert.embeddings(?:.LayerNorm)?", "embed.ln.hook_normalized"},
    {"distilbert", "distilbert.transformer.layer.*.attention.(q|k|v)_lin", "blocks.*.attn.hook_@"},
    {"distilbert", "distilbert.transformer.layer.*.attention.softmax_in", "blocks.*.attn.hook_attn_scores"},
    {"distilbert", "distilbert.transformer.layer.*.attention.out_lin.input", "blocks.*.attn.hook_z"},
    {"distilbert", "distilbert.transformer.layer.*.attention(?:.out_lin)?", "blocks.*.hook_attn_out"},
    {"distilbert", "distilbert.transformer.layer.*.sa_layer_norm", "blocks.*.ln1.hook_normalized"},
    {"distilbert", "distilbert.transformer.layer.*.ffn.lin1", "blocks.*.mlp.hook_pre"},
    {"distilbert", "distilbert.transformer.layer.*.ffn.activation", "blocks.*.mlp.hook_post"},
    {"distilbert", "distilbert.transformer.layer.*.ffn(?:.lin2)?", "blocks.*.hook_mlp_out"},
    {"distilbert", "distilbert.transformer.layer.*.output_layer_norm", "blocks.*.hook_normalized_resid_post"},
    {"distilbert", "distilbert.transformer.layer.*", "blocks.*.attn.hook_pattern"}, // the first of what it returns
    {"distilbert", "vocab_transform", "mlm_head.hook_pre"},
    {"distilbert", "activation", "mlm_head.hook_post"},
    {"distilbert", "vocab_layer_norm", "mlm_head.ln.hook_normalized"},

    {"transfo-xl", "mems.*", "blocks.*.hook_new_memory"},
    {"transfo-xl", "crit", "hook_logits"},
    {"transfo-xl", "transformer.word_emb", "hook_embed"},
    {"transfo-xl", "transformer.word_emb.emb_layers.*", "hook_embed_rows_* or hook_embed_rows", Layout::Cluster},
    {"transfo-xl", "transformer.pos_emb", "hook_distances", Layout::Upwards},
    {"transfo-xl", "transformer.layers.*.dec_attn.qkv_net", "blocks.*.attn.hook_q|blocks.*.attn.hook_k|blocks.*.attn.hook_v", Layout::LastColumns},
    {"transfo-xl", "transformer.layers.*.dec_attn.r_net", "blocks.*.attn.hook_r", Layout::Upwards},
    {"transfo-xl", "transformer.layers.*.dec_attn.softmax_in", "blocks.*.attn.hook_attn_scores", Layout::HeadsLast},
    {"transfo-xl", "transformer.layers.*.dec_attn.o_net.input", "blocks.*.attn.hook_z"},
    {"transfo-xl", "transformer.layers.*.dec_attn.o_net", "blocks.*.hook_attn_out"},
    {"transfo-xl", "transformer.layers.*.dec_attn.layer_norm", "blocks.*.ln1.hook_normalized"},
    {"transfo_xl", "transformer.layers.*.dec_attn", "blocks.*.ln1.hook_normalized"},
    {"transfo_xl-flat", "transformer.layers.*.dec_attn", "blocks.*.hook_resid_mid"},
    {"transfo-xl", "transformer.layers.*.pos_ff.CoreNet.0", "blocks.*.mlp.hook_pre"},
    {"transfo-xl", "transformer.layers.*.pos_ff.CoreNet(?:.3)?", "blocks.*.hook_mlp_out"},
    {"transfo-xl", "transformer.layers.*.pos_ff.CoreNet.1", "blocks.*.mlp.hook_post"},
    {"transfo-xl", "transformer.layers.*.pos_ff.layer_norm", "blocks.*.ln2.hook_normalized or blocks.*.hook_normalized_resid_post"},
    {"transfo-xl", "transformer.layers.*(?:.pos_ff)?", "blocks.*.hook_normalized_resid_post or blocks.*.hook_resid_post"},

    {"reformer", "reformer.embeddings.word_embeddings", "hook_embed"},
    {"reformer", "reformer.embeddings.position_embeddings", "hook_pos_embed"},
    {"reformer", "reformer.embeddings", "blocks.0.hook_resid_pre"},
    {"reformer", "reformer.encoder.layers.*.attention.layer_norm", "blocks.*.ln1.hook_normalized"},
    {"reformer", "reformer.encoder.layers.*.attention.self_attention.(q|k|v)(?:uery|uery_key|ey|alue)", "blocks.*.attn.hook_@"},
    {"reformer", "reformer.encoder.layers.*.attention.(?:self_attention|output.dense.input)", "blocks.*.attn.hook_z"},
    {"reformer", "reformer.encoder.layers.*.attention(?:.output)?(?:.dense)?", "blocks.*.hook_attn_out"},
    {"reformer", "reformer.encoder.layers.*.feed_forward.layer_norm", "blocks.*.ln2.hook_normalized"},
    {"reformer", "reformer.encoder.layers.*.feed_forward.dense.dense", "blocks.*.mlp.hook_pre"},
    {"reformer", "reformer.encoder.layers.*.feed_forward.dense(?:.act_fn)?", "blocks.*.mlp.hook_post"},
    {"reformer", "reformer.encoder.layers.*.feed_forward(?:.output)?(?:.dense)?", "blocks.*.hook_mlp_out"},
    {"reformer", "reformer.encoder.layers.*", "blocks.*.hook_resid_post"},
    {"reformer", "reformer.encoder(?:.layer_norm)?", "ln_final.hook_normalized"},
    {"reformer", "lm_head.decoder", "hook_logits"},

    {"t5 bart marian", "encoder_last_hidden_state", "encoder.ln_final.hook_normalized or encoder.blocks.2.hook_normalized_resid_post"},
    {"t5 bart marian", "(encoder|decoder)_hidden_states.*", "@.blocks.*.hook_resid_pre or @.ln_final.hook_normalized or @.blocks.-.hook_normalized_resid_post"},
    {"t5 bart marian", "(encoder|decoder)_attentions.*", "@.blocks.*.attn.hook_pattern"},
    {"t5 bart marian", "cross_attentions.*", "decoder.blocks.*.cross_attn.hook_pattern"},

    {"t5", "shared", "encoder.hook_embed"},
    {"t5", "shared#2", "decoder.hook_embed"},
    {"t5", "(encoder|decoder).block.*.layer.0.layer_norm", "@.blocks.*.ln1.hook_normalized"},
    {"t5", "(encoder|decoder).block.*.layer.0.SelfAttention.(q|k|v)", "@.blocks.*.attn.hook_@2"},
    {"t5", "(encoder|decoder).block.*.layer.0.SelfAttention.relative_attention_bias", "@.blocks.*.attn.hook_rel_pos_bias", Layout::HeadsLast},
    {"t5", "(encoder|decoder).block.*.layer.0.SelfAttention.softmax_in", "@.blocks.*.attn.hook_attn_scores"},
    {"t5", "(encoder|decoder).block.*.layer.0.SelfAttention.o.input", "@.blocks.*.attn.hook_z"},
    {"t5", "(encoder|decoder).block.*.layer.0.SelfAttention(?:.o)?", "@.blocks.*.hook_attn_out"},
    {"t5", "(encoder|decoder).block.*.layer.0", "@.blocks.*.hook_resid_mid"},
    {"t5", "(decoder).block.*.layer.1.layer_norm", "@.blocks.*.ln2.hook_normalized"},
    {"t5", "(decoder).block.*.layer.1.EncDecAttention.(q|k|v)", "@.blocks.*.cross_attn.hook_@2"},
    {"t5", "(decoder).block.*.layer.1.EncDecAttention.softmax_in", "@.blocks.*.cross_attn.hook_attn_scores"},
    {"t5", "(decoder).block.*.layer.1.EncDecAttention.o.input", "@.blocks.*.cross_attn.hook_z"},
    {"t5", "(decoder).block.*.layer.1.EncDecAttention(?:.o)?", "@.blocks.*.hook_cross_attn_out"},
    {"t5", "(decoder).block.*.layer.1", "@.blocks.*.hook_resid_mid_cross"},
    {"t5", "(encoder).block.*.layer.1.layer_norm", "@.blocks.*.ln2.hook_normalized"},
    {"t5", "(decoder).block.*.layer.2.layer_norm", "@.blocks.*.ln3.hook_normalized"},
    {"t5", "(encoder|decoder).block.*.layer.[12].DenseReluDense.(?:wi|wi_0)", "@.blocks.*.mlp.hook_pre"},
    {"t5", "(encoder|decoder).block.*.layer.[12].DenseReluDense.wi_1", "@.blocks.*.mlp.hook_pre_linear"},
    {"t5", "(encoder|decoder).block.*.layer.[12].DenseReluDense.act", "@.blocks.*.mlp.hook_gate or @.blocks.*.mlp.hook_post"},
    {"t5", "(encoder|decoder).block.*.layer.[12].DenseReluDense(?:.wo)?", "@.blocks.*.hook_mlp_out"},
    {"t5", "(encoder|decoder).block.*(?:.layer.[12])?", "@.blocks.*.hook_resid_post"},
    {"t5", "(encoder|decoder).final_layer_norm", "@.ln_final.hook_normalized"},

    {"bart", "model.(encoder|decoder).embed_tokens", "@.hook_embed"},
    {"marian", "model.shared", "encoder.hook_embed / 8"},
    {"marian", "model.shared#2", "decoder.hook_embed / 8"},
    {"bart marian", "model.(encoder|decoder).embed_positions", "@.hook_pos_embed"},
    {"bart", "model.(encoder|decoder).layernorm_embedding", "@.embed.ln.hook_normalized"},
    {"bart marian", "model.(encoder|decoder).layers.*.self_attn.(q|k|v)_proj", "@.blocks.*.attn.hook_@2"},
    {"bart marian", "model.(encoder|decoder).layers.*.self_attn.softmax_in", "@.blocks.*.attn.hook_attn_scores"},
    {"bart marian", "model.(encoder|decoder).layers.*.self_attn.out_proj.input", "@.blocks.*.attn.hook_z"},
    {"bart marian", "model.(encoder|decoder).layers.*.self_attn(?:.out_proj)?", "@.blocks.*.hook_attn_out"},
    {"bart marian", "model.(encoder|decoder).layers.*.self_attn_layer_norm", "@.blocks.*.ln1.hook_normalized"},
    {"bart marian", "model.(decoder).layers.*.encoder_attn.(q|k|v)_proj", "@.blocks.*.cross_attn.hook_@2"},
    {"bart marian", "model.(decoder).layers.*.encoder_attn.softmax_in", "@.blocks.*.cross_attn.hook_attn_scores"},
    {"bart marian", "model.(decoder).layers.*.encoder_attn.out_proj.input", "@.blocks.*.cross_attn.hook_z"},
    {"bart marian", "model.(decoder).layers.*.encoder_attn(?:.out_proj)?", "@.blocks.*.hook_cross_attn_out"},
    {"bart marian", "model.(decoder).layers.*.encoder_attn_layer_norm", "@.blocks.*.ln2.hook_normalized"},
    {"bart marian", "model.(encoder|decoder).layers.*.fc1", "@.blocks.*.mlp.hook_pre"},
    {"bart marian", "model.(encoder|decoder).layers.*.activation_fn", "@.blocks.*.mlp.hook_post"},
    {"bart marian", "model.(encoder|decoder).layers.*.fc2", "@.blocks.*.hook_mlp_out"},
    {"bart marian", "model.(encoder|decoder).layers.*(?:.final_layer_norm)?", "@.blocks.*.hook_normalized_resid_post"},

    {"clip", "logits_per_(image|text)", "hook_logits_per_@"},
    {"clip", "(text)_embeds", "@.hook_embeds"},
    {"clip", "image_embeds", "vision.hook_embeds"},
    {"clip", "(text)_model_output.last_hidden_state", "@.ln_final.hook_normalized"},
    {"clip", "(vision)_model_output.last_hidden_state", "@.blocks.2.hook_resid_post"},
    {"clip", "(text)_model_output.pooler_output", "@.hook_pooled"},
    {"clip", "(vision)_model_output.pooler_output", "@.ln_final.hook_normalized"},
    {"clip", "(text|vision)_model_output.hidden_states.*", "@.blocks.*.hook_resid_pre or @.blocks.-.hook_resid_post"},
    {"clip", "(text|vision)_model_output.attentions.*", "@.blocks.*.attn.hook_pattern"},
    {"clip", "(vision)_model.embeddings.patch_embedding", "@.hook_patch_embed", Layout::ChannelsFirst},
    {"clip", "(text)_model.embeddings.token_embedding", "@.hook_embed"},
    {"clip", "(text|vision)_model.embeddings.position_embedding", "@.hook_pos_embed"},
    {"clip", "(text|vision)_model.embeddings", "@.embed.hook_sum"},
    {"clip", "(vision)_model.pre_layrnorm", "@.embed.ln.hook_normalized"},
    {"clip", "(text|vision)_model.encoder.layers.*.layer_norm([12])", "@.blocks.*.ln@2.hook_normalized"},
    {"clip", "(text|vision)_model.encoder.layers.*.self_attn.(q|k|v)_proj", "@.blocks.*.attn.hook_@2"},
    {"clip", "(text|vision)_model.encoder.layers.*.self_attn.softmax_in", "@.blocks.*.attn.hook_attn_scores"},
    {"clip", "(text|vision)_model.encoder.layers.*.self_attn.out_proj.input", "@.blocks.*.attn.hook_z"},
    {"clip", "(text|vision)_model.encoder.layers.*.self_attn(?:.out_proj)?", "@.blocks.*.hook_attn_out"},
    {"clip", "(text|vision)_model.encoder.layers.*.mlp.fc1", "@.blocks.*.mlp.hook_pre"},
    {"clip", "(text|vision)_model.encoder.layers.*.mlp.activation_fn", "@.blocks.*.mlp.hook_post"},
    {"clip", "(text|vision)_model.encoder.layers.*.mlp(?:.fc2)?", "@.blocks.*.hook_mlp_out"},
    {"clip", "(text|vision)_model.encoder.layers.*", "@.blocks.*.hook_resid_post"},
    {"clip", "(text|vision)_model.(?:final_layer_norm|post_layernorm)", "@.ln_final.hook_normalized"},
    {"clip", "(text)_projection", "@.hook_projected"},
    {"clip", "visual_projection", "vision.hook_projected"},

    {"vit", "vit.embeddings.patch_embeddings.projection", "hook_patch_embed", Layout::ChannelsFirst},
    {"vit", "vit.embeddings.patch_embeddings", "hook_patch_embed"},
    {"vit", "vit.embeddings", "blocks.0.hook_resid_pre"},
    {"vit", "vit.encoder.layer.*.layernorm_before", "blocks.*.ln1.hook_normalized"},
    {"vit", "vit.encoder.layer.*.attention.attention.(q|k|v)(?:uery|ey|alue)", "blocks.*.attn.hook_@"},
    {"vit", "vit.encoder.layer.*.attention.attention.softmax_in", "blocks.*.attn.hook_attn_scores"},
    {"vit", "vit.encoder.layer.*.attention.(?:attention|output.dense.input)", "blocks.*.attn.hook_z"},
    {"vit", "vit.encoder.layer.*.attention(?:.output)?(?:.dense)?", "blocks.*.hook_attn_out"},
    {"vit", "vit.encoder.layer.*.layernorm_after", "blocks.*.ln2.hook_normalized"},
    {"vit", "vit.encoder.layer.*.intermediate.dense", "blocks.*.mlp.hook_pre"},
    {"vit", "vit.encoder.layer.*.intermediate(?:.intermediate_act_fn)?", "blocks.*.mlp.hook_post"},
    {"vit", "vit.encoder.layer.*.output.dense", "blocks.*.hook_mlp_out"},
    {"vit", "vit.encoder.layer.*(?:.output)?", "blocks.*.hook_resid_post"},
    {"vit", "vit.layernorm", "ln_final.hook_normalized"},
};
// clang-format on

/// The rule's pattern as a regular expression whose groups are what * and ( ) stand for.
QRegularExpression expressionOf(const Rule& rule, const Case& c)
{
    QString text = QString::fromLatin1(rule.reference);
    text.replace("~", c.modelType).replace(".", "\\.").replace("*", "(?<n>\\d+)");
    return QRegularExpression(QRegularExpression::anchoredPattern(text));
}

QString hookFrom(QString text, const QRegularExpressionMatch& match)
{
    const QString number = match.captured("n");
    QStringList words; // the groups that are no numbers
    for (int g = 1; g <= match.lastCapturedIndex(); ++g)
        if (match.capturedStart(g) != match.capturedStart("n"))
            words << match.captured(g);
    text.replace("%", QString::number(2 * number.toInt() + 1)); // every second layer hashes
    text.replace("@2", words.value(1)).replace("@", words.value(0));
    text.replace("*", number).replace(".-.", "." + QString::number(number.toInt() - 1) + ".");
    return text;
}

/// The entry with the order of the tokens: lsh0's is that of layer 1, lsh1's that of layer 3.
QString hashedOrder(const QString& name, int number)
{
    if (name.startsWith("lsh"))
        return QString("lsh%1.sorted_idx").arg(number);
    return number % 2 == 1 ? QString("lsh%1.sorted_idx").arg(number / 2) : QString();
}

/// Which hook of a rule is meant, of how many, and the number in the name.
struct Place
{
    std::size_t part = 0, parts = 1, number = 0;
    QString sorted; ///< the entry that has the order of hashed tokens
};

/// Longformer's cells for a rule about what global tokens and windows see.
std::vector<std::size_t> windowOrder(Layout layout, const Array& reference, const Case& c)
{
    const auto& marks = c.inputs.at("global_attention_mask");
    std::vector<std::size_t> places; // of the global tokens
    for (std::size_t i = 0; i < marks.size(); ++i)
        if (marks[i] != 0)
            places.push_back(i);
    const auto numberOf = [&](std::size_t token) {
        return static_cast<std::size_t>(std::find(places.begin(), places.end(), token) - places.begin());
    };
    const std::size_t length = marks.size(), globals = places.size();
    const auto heads = static_cast<std::size_t>(c.config["num_attention_heads"].toInt());
    const auto last = static_cast<std::size_t>(reference.shape.back());
    std::vector<std::size_t> order;
    if (layout == Layout::GlobalRows && reference.shape.size() == 3 && reference.shape[1] == 1) {
        for (std::size_t i = 0; i < length; ++i) // vectors of global tokens: [global, 1, d]
            for (std::size_t d = 0; d < last; ++d)
                order.push_back(marks[i] != 0 ? numberOf(i) * last + d : absent);
        return order;
    }
    const bool headsFirst = reference.shape[1] == static_cast<std::int64_t>(heads);
    for (std::size_t h = 0; h < heads; ++h)
        for (std::size_t i = 0; i < length; ++i)
            for (std::size_t j = 0; j < length; ++j) {
                std::size_t at = absent;
                if (layout == Layout::GlobalRows && marks[i] != 0)
                    at = (h * globals + numberOf(i)) * length + j;
                if (layout == Layout::GlobalQueries && marks[i] != 0)
                    at = (h * length + j) * globals + numberOf(i);
                if (layout == Layout::Window && marks[i] == 0) {
                    const std::size_t row = (headsFirst ? h * length + i : i * heads + h) * last;
                    const std::size_t reach = (last - globals) / 2;
                    if (marks[j] != 0)
                        at = row + numberOf(j);
                    else if (j + reach >= i && j <= i + reach)
                        at = row + globals + j + reach - i;
                }
                order.push_back(at);
            }
    return order;
}

/// Reformer's cells of chunked patterns, in the order in which the reference sorted the tokens of each round.
std::vector<std::size_t> chunkOrder(const Array& reference, const Case& c, const QString& sortedIndices)
{
    const auto size = [&](std::size_t axis) { return static_cast<std::size_t>(reference.shape[axis]); };
    const std::size_t heads = size(1), chunks = size(2), chunk = size(3), keys = size(4);
    const std::size_t length = c.inputs.at("input_ids").size(), rounds = chunks * chunk / length;
    Array sorted;
    for (const Entry& entry : c.entries)
        if (entry.name == sortedIndices)
            sorted = readArray(entry.file);
    std::vector<std::size_t> order;
    for (std::size_t h = 0; h < heads; ++h) {
        std::vector<std::size_t> tokens; // behind each other, round by round
        for (std::size_t i = 0; i < rounds * length; ++i)
            tokens.push_back(sorted.values.empty()
                                 ? i
                                 : static_cast<std::size_t>(sorted.values[h * rounds * length + i]) % length);
        std::vector<std::size_t> cells(rounds * length * length, absent);
        std::vector<int> meetings(cells.size());
        for (std::size_t q = 0; q < tokens.size(); ++q)
            for (std::size_t k = 0; k < keys; ++k) {
                const std::size_t first = (q / chunk + chunks - (keys / chunk - 1)) % chunks * chunk;
                const std::size_t key = tokens[(first + k) % tokens.size()];
                const std::size_t cell = (q / length * length + tokens[q]) * length + key;
                cells[cell] = (h * tokens.size() + q) * keys + k;
                ++meetings[cell];
            }
        for (std::size_t i = 0; i < cells.size(); ++i) // ours is the sum where they meet twice
            order.push_back(meetings[i] == 1 ? cells[i] : absent);
    }
    return order;
}

std::vector<std::size_t> orderOf(Layout layout, const Place& place, const Array& reference, const Case& c)
{
    const std::size_t part = place.part, parts = place.parts, number = place.number;
    const std::size_t count = reference.values.size();
    const auto size = [&](std::size_t axis) { return static_cast<std::size_t>(reference.shape[axis]); };
    std::vector<std::size_t> order;
    order.reserve(count / parts);
    switch (layout) {
    case Layout::Same:
        order.resize(count);
        std::iota(order.begin(), order.end(), std::size_t{0});
        break;
    case Layout::Columns:
    case Layout::LastColumns:
    case Layout::Interleaved: {
        const std::size_t columns = size(reference.shape.size() - 1);
        const std::size_t groups = layout == Layout::Interleaved ? 4 : 1, width = columns / parts / groups;
        const std::size_t rows = count / columns;
        const bool last = layout == Layout::LastColumns && part == 0;
        for (std::size_t row = last ? rows - c.inputs.at("input_ids").size() : 0; row < rows; ++row)
            for (std::size_t g = 0; g < groups; ++g)
                for (std::size_t i = 0; i < width; ++i)
                    order.push_back(row * columns + (g * parts + part) * width + i);
        break;
    }
    case Layout::HeadsLast: {
        const std::size_t heads = size(reference.shape.size() - 1);
        for (std::size_t h = 0; h < heads; ++h)
            for (std::size_t i = 0; i < count / heads; ++i)
                order.push_back(i * heads + h);
        break;
    }
    case Layout::Upwards: {
        const std::size_t rows = size(0), width = count / rows;
        for (std::size_t i = 0; i < count; ++i)
            order.push_back((rows - 1 - i / width) * width + i % width);
        break;
    }
    case Layout::Cluster: {
        const auto cutoffs = c.config["cutoffs"].toArray();
        const auto cutoff = [&](std::size_t i) {
            return i < static_cast<std::size_t>(cutoffs.size()) ? cutoffs[static_cast<int>(i)].toDouble()
                                                                : 1e9;
        };
        const std::size_t width = size(reference.shape.size() - 1);
        std::size_t row = 0;
        for (const float id : c.inputs.at("input_ids")) {
            const bool here = static_cast<double>(id) < cutoff(number) &&
                              (number == 0 || static_cast<double>(id) >= cutoff(number - 1));
            for (std::size_t d = 0; d < width; ++d)
                order.push_back(here ? row * width + d : absent);
            row += here;
        }
        break;
    }
    case Layout::Window:
    case Layout::GlobalRows:
    case Layout::GlobalQueries:
        return windowOrder(layout, reference, c);
    case Layout::Chunks:
        return chunkOrder(reference, c, place.sorted);
    case Layout::ChannelsFirst: {
        const std::size_t images = size(0), width = size(1), patches = size(2) * size(3);
        for (std::size_t n = 0; n < images; ++n)
            for (std::size_t p = 0; p < patches; ++p)
                for (std::size_t d = 0; d < width; ++d)
                    order.push_back((n * width + d) * patches + p);
        break;
    }
    }
    return order;
}

} // namespace

Match hooksOf(const Case& c, const Entry& entry, const Array& reference,
              const std::function<bool(const QString&)>& knows)
{
    Match result;
    result.secondSegment = entry.name.startsWith("segment2.");
    const QString name = result.secondSegment ? entry.name.mid(9) : entry.name;
    for (const Rule& rule : rules) {
        const QString families = QString::fromLatin1(rule.families);
        const QStringList names = families.split(' ');
        if (families != "*" && !names.contains(c.modelType) && !names.contains(c.folder.section('/', -1)))
            continue;
        const auto match = expressionOf(rule, c).match(name);
        if (!match.hasMatch())
            continue;
        result.known = true;
        if (*rule.hooks == '\0')
            return result;
        QString chosen;
        for (const QString& alternative : QString::fromLatin1(rule.hooks).split(" or ")) {
            chosen = hookFrom(alternative, match);
            if (knows(chosen.section('|', 0, 0)))
                break;
        }
        result.factor = chosen.contains(" / ") ? chosen.section(" / ", 1).toDouble() : 1;
        const QStringList hooks = chosen.section(" / ", 0, 0).split('|');
        const std::size_t number = match.captured("n").toULongLong();
        for (int part = 0; part < hooks.size(); ++part) {
            const Place place{static_cast<std::size_t>(part), static_cast<std::size_t>(hooks.size()), number,
                              hashedOrder(name, static_cast<int>(number))};
            result.targets.push_back({hooks[part], orderOf(rule.layout, place, reference, c)});
        }
        return result;
    }
    return result;
}

} // namespace golden
