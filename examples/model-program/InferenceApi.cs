using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace ModelProgram;

/// <summary>The Open Inference Protocol v2 over HTTP, with the binary tensor extension, for two models: <c>simple</c> adds and subtracts, the one of <c>MODEL_NAME</c> judges texts.</summary>
internal static class InferenceApi
{
    private const string HeaderLength = "Inference-Header-Content-Length";

    private static string Judge { get; } = Environment.GetEnvironmentVariable("MODEL_NAME") ?? "sentiment";

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("MODEL_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 0;

    public static Task AnswerAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Trim('/').Split('/');
        return parts switch
        {
            ["v2"] => Answers.JsonAsync(context, new JsonObject { ["name"] = "model-program", ["version"] = "1", ["extensions"] = new JsonArray("binary_tensor_data") }),
            ["v2", "models", var model, .. var rest] when model is "simple" || model == Judge => ModelAsync(context, model, rest is ["versions", _, .. var after] ? after : rest),
            ["v2", "models", var model, ..] => Answers.JsonAsync(context, new JsonObject { ["error"] = $"Request for unknown model: '{model}' is not found" }, 400),
            _ => Answers.NotFoundAsync(context),
        };
    }

    private static Task ModelAsync(HttpContext context, string model, string[] rest) => rest switch
    {
        [] => Answers.JsonAsync(context, Metadata(model)),
        ["ready"] => Answers.JsonAsync(context, new JsonObject { ["name"] = model, ["ready"] = true }),
        ["infer"] when context.Request.Method == "POST" => InferAsync(context, model),
        _ => Answers.NotFoundAsync(context),
    };

    private static JsonObject Metadata(string model) => model is "simple"
        ? Metadata(model, [Shape("INPUT0", "INT32", 1, 16), Shape("INPUT1", "INT32", 1, 16)], [Shape("OUTPUT0", "INT32", 1, 16), Shape("OUTPUT1", "INT32", 1, 16)])
        : Metadata(model, [Shape("TEXT", "BYTES", -1)], [Shape("PROBABILITIES", "FP32", -1, 2)]);

    private static JsonObject Metadata(string model, JsonArray inputs, JsonArray outputs) =>
        new() { ["name"] = model, ["versions"] = new JsonArray("1"), ["platform"] = "datahall", ["inputs"] = inputs, ["outputs"] = outputs };

    private static JsonObject Shape(string name, string type, params int[] shape) =>
        new() { ["name"] = name, ["datatype"] = type, ["shape"] = new JsonArray([.. shape.Select(static size => JsonValue.Create(size))]) };

    private static async Task InferAsync(HttpContext context, string model)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        try
        {
            var bytes = body.ToArray();
            var length = int.TryParse(context.Request.Headers[HeaderLength], CultureInfo.InvariantCulture, out var said) ? said : bytes.Length;
            var request = JsonNode.Parse(bytes.AsSpan(0, length)) as JsonObject ?? throw new FormatException("the request is no JSON object");
            var inputs = Tensors.Read(request, bytes.AsMemory(length));
            await WriteAsync(context, model, request, model is "simple" ? Simple(inputs) : Sentiment(inputs));
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            await Answers.JsonAsync(context, new JsonObject { ["error"] = e.Message }, 400);
        }
    }

    private static Tensor[] Simple(IReadOnlyDictionary<string, Tensor> inputs)
    {
        var (a, b) = (Input(inputs, "INPUT0").Integers(), Input(inputs, "INPUT1").Integers());
        if (a.Length != 16 || b.Length != 16)
        {
            throw new FormatException("INPUT0 and INPUT1 have the shape [1, 16]");
        }

        return [Tensor.Of("OUTPUT0", [1, 16], a.Zip(b, static (x, y) => x + y)), Tensor.Of("OUTPUT1", [1, 16], a.Zip(b, static (x, y) => x - y))];
    }

    private static Tensor[] Sentiment(IReadOnlyDictionary<string, Tensor> inputs)
    {
        var texts = Input(inputs, "TEXT").Texts();
        return [Tensor.Of("PROBABILITIES", [texts.Length, 2], texts.SelectMany(static text => TinyLanguageModel.Sentiment(text, Seed) is var good ? (float[])[1 - good, good] : []))];
    }

    private static Tensor Input(IReadOnlyDictionary<string, Tensor> inputs, string name) =>
        inputs.TryGetValue(name, out var tensor) ? tensor : throw new FormatException($"the input {name} is missing");

    private static async Task WriteAsync(HttpContext context, string model, JsonObject request, Tensor[] outputs)
    {
        var wanted = (request["outputs"] as JsonArray)?.OfType<JsonObject>().ToDictionary(static output => (string)output["name"]!, static output => (bool?)output["parameters"]?["binary_data"] is true);
        var allBinary = (bool?)request["parameters"]?["binary_data_output"] is true;
        using var binary = new MemoryStream();
        var list = new JsonArray();
        foreach (var output in outputs.Where(output => wanted is null || wanted.ContainsKey(output.Name)))
        {
            list.Add(output.Write((wanted?.GetValueOrDefault(output.Name) ?? false) || (wanted is null && allBinary) ? binary : null));
        }

        var answer = new JsonObject { ["model_name"] = model, ["model_version"] = "1", ["id"] = request["id"]?.DeepClone(), ["outputs"] = list };
        if (binary.Length == 0)
        {
            await Answers.JsonAsync(context, answer);
            return;
        }

        var head = Encoding.UTF8.GetBytes(answer.ToJsonString());
        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers[HeaderLength] = head.Length.ToString(CultureInfo.InvariantCulture);
        context.Response.ContentLength = head.Length + binary.Length;
        await context.Response.Body.WriteAsync(head, context.RequestAborted);
        await context.Response.Body.WriteAsync(binary.ToArray(), context.RequestAborted);
    }
}
