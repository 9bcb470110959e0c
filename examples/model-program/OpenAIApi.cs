using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace ModelProgram;

/// <summary>The part of OpenAI's API that chat, completion and search need.</summary>
internal static class OpenAIApi
{
    private const int UsualTokens = 256;

    private static string Model => Environment.GetEnvironmentVariable("MODEL_NAME") ?? "tiny";

    public static async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == "/v1/models")
        {
            await Answers.JsonAsync(context, new JsonObject { ["object"] = "list", ["data"] = new JsonArray(ModelObject()) });
            return;
        }

        if (path == $"/v1/models/{Model}")
        {
            await Answers.JsonAsync(context, ModelObject());
            return;
        }

        var request = await ReadAsync(context);
        if (request is null)
        {
            await ErrorAsync(context, 400, "the body is no JSON object");
        }
        else if ((string?)request["model"] != Model)
        {
            await ErrorAsync(context, 404, $"the model '{request["model"]}' does not exist", "model_not_found");
        }
        else
        {
            await (path switch
            {
                "/v1/chat/completions" => ChatAsync(context, request),
                "/v1/completions" => CompleteAsync(context, request),
                "/v1/embeddings" => EmbedAsync(context, request),
                _ => ErrorAsync(context, 404, $"there is no {path}"),
            });
        }
    }

    private static JsonObject ModelObject() => new() { ["id"] = Model, ["object"] = "model", ["created"] = 0, ["owned_by"] = "datahall" };

    private static async Task<JsonObject?> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task ChatAsync(HttpContext context, JsonObject request)
    {
        var prompt = (string?)(request["messages"] as JsonArray)?.LastOrDefault()?["content"] ?? "";
        var reply = TinyLanguageModel.Reply(prompt, (int?)request["max_tokens"] ?? UsualTokens).ToList();
        var usage = Usage(TinyLanguageModel.Tokens(prompt).Length, reply.Count);
        if ((bool?)request["stream"] is true)
        {
            await StreamAsync(context, reply, (bool?)request["stream_options"]?["include_usage"] is true ? usage : null);
            return;
        }

        await Answers.JsonAsync(context, new JsonObject
        {
            ["id"] = "chatcmpl-1",
            ["object"] = "chat.completion",
            ["created"] = 0,
            ["model"] = Model,
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0,
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = string.Concat(reply) },
                ["finish_reason"] = "stop",
            }),
            ["usage"] = usage,
        });
    }

    private static async Task StreamAsync(HttpContext context, List<string> reply, JsonObject? usage)
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var token in reply)
        {
            await EventAsync(context, Chunk(new JsonObject { ["content"] = token }, null));
        }

        await EventAsync(context, Chunk([], "stop"));
        if (usage is not null)
        {
            var last = Chunk([], null);
            last["choices"] = new JsonArray();
            last["usage"] = usage;
            await EventAsync(context, last);
        }

        await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted);
    }

    private static JsonObject Chunk(JsonObject delta, string? finish) => new()
    {
        ["id"] = "chatcmpl-1",
        ["object"] = "chat.completion.chunk",
        ["created"] = 0,
        ["model"] = Model,
        ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish }),
    };

    private static async Task EventAsync(HttpContext context, JsonObject data)
    {
        await context.Response.WriteAsync($"data: {data.ToJsonString()}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static Task CompleteAsync(HttpContext context, JsonObject request)
    {
        var prompt = (string?)request["prompt"] ?? "";
        var reply = TinyLanguageModel.Reply(prompt, (int?)request["max_tokens"] ?? UsualTokens).ToList();
        return Answers.JsonAsync(context, new JsonObject
        {
            ["id"] = "cmpl-1",
            ["object"] = "text_completion",
            ["created"] = 0,
            ["model"] = Model,
            ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["text"] = string.Concat(reply), ["logprobs"] = null, ["finish_reason"] = "stop" }),
            ["usage"] = Usage(TinyLanguageModel.Tokens(prompt).Length, reply.Count),
        });
    }

    private static Task EmbedAsync(HttpContext context, JsonObject request)
    {
        var texts = request["input"] is JsonArray several ? several.Select(static text => (string?)text ?? "").ToList() : [(string?)request["input"] ?? ""];
        var isBase64 = (string?)request["encoding_format"] == "base64"; // What OpenAI's own clients ask for.
        var tokens = texts.Sum(static text => TinyLanguageModel.Tokens(text).Length);
        return Answers.JsonAsync(context, new JsonObject
        {
            ["object"] = "list",
            ["model"] = Model,
            ["data"] = new JsonArray([.. texts.Select((text, i) => new JsonObject { ["object"] = "embedding", ["index"] = i, ["embedding"] = Vector(TinyLanguageModel.Embed(text), isBase64) })]),
            ["usage"] = new JsonObject { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens },
        });
    }

    private static JsonNode Vector(float[] vector, bool isBase64) => isBase64
        ? JsonValue.Create(Convert.ToBase64String(MemoryMarshal.AsBytes<float>(vector)))
        : new JsonArray([.. vector.Select(static x => (JsonNode)JsonValue.Create(x))]);

    private static JsonObject Usage(int prompt, int completion) =>
        new() { ["prompt_tokens"] = prompt, ["completion_tokens"] = completion, ["total_tokens"] = prompt + completion };

    private static Task ErrorAsync(HttpContext context, int status, string message, string? code = null) => Answers.JsonAsync(
        context, new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = "invalid_request_error", ["param"] = null, ["code"] = code } }, status);
}
