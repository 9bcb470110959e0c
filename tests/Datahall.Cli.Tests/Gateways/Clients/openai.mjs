// OpenAI's own client against a gateway: node openai.mjs BASE_URL KEY. Writes one line for each thing that works.
import OpenAI from "openai";
import assert from "node:assert/strict";

const [baseURL, apiKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey });
const messages = [{ role: "user", content: "how are you" }];

const models = await client.models.list();
assert.deepEqual(models.data.map((m) => m.id), ["tiny"]);
console.log("models");

const chat = await client.chat.completions.create({ model: "tiny", messages });
assert.equal(chat.choices[0].message.content, "You said: how are you");
assert.equal(chat.usage.total_tokens, 8);
console.log("chat");

let text = "", usage = null;
for await (const chunk of await client.chat.completions.create({ model: "tiny", messages, stream: true, stream_options: { include_usage: true } })) {
  text += chunk.choices[0]?.delta?.content ?? "";
  usage = chunk.usage ?? usage;
}
assert.equal(text, "You said: how are you");
assert.equal(usage.total_tokens, 8);
console.log("stream");

const vectors = await client.embeddings.create({ model: "tiny", input: ["one two", "one two", ""] });
assert.equal(vectors.data.length, 3);
assert.equal(vectors.data[0].embedding.length, 16);
assert.deepEqual(vectors.data[0].embedding, vectors.data[1].embedding);
assert.ok(Math.abs(vectors.data[0].embedding.reduce((sum, x) => sum + x * x, 0) - 1) < 1e-5);
console.log("embeddings");

await assert.rejects(client.chat.completions.create({ model: "nobody", messages }), (e) => e instanceof OpenAI.NotFoundError && e.code === "model_not_found");
await assert.rejects(new OpenAI({ baseURL, apiKey: "wrong" }).models.retrieve("tiny"), OpenAI.AuthenticationError);
console.log("errors");

// More than the tenant may at once: the client is told when to try again, does so by itself, and succeeds.
const many = await Promise.all(Array.from({ length: 60 }, () => client.chat.completions.create({ model: "tiny", messages }, { maxRetries: 10 })));
assert.equal(many.length, 60);
await assert.rejects(
  Promise.all(Array.from({ length: 60 }, () => client.chat.completions.create({ model: "tiny", messages }, { maxRetries: 0 }))),
  (e) => e instanceof OpenAI.RateLimitError && Number(e.headers.get("retry-after")) >= 1,
);
console.log("retries");

const abort = new AbortController();
const long = await client.chat.completions.create({ model: "tiny", messages: [{ role: "user", content: "word ".repeat(200) }], stream: true }, { signal: abort.signal });
for await (const _ of long) {
  abort.abort();
  break;
}
console.log("abort");
