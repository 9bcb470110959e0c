namespace Datahall.Gateway.Dispatch;

/// <summary>Why a request gets no answer of a replica.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Reason">Why, for programs and metrics: lower case with underscores, from a fixed set.</param>
/// <param name="Message">Why, for people; ASCII without quotes or control characters.</param>
/// <param name="RetryAfterSeconds">When it is worth trying again; 0: not said.</param>
public sealed record Refusal(int Status, string Reason, string Message, int RetryAfterSeconds = 0)
{
    internal static Refusal NoRoute { get; } = new(404, "no_route", "no route takes this host and path");

    internal static Refusal NoModel { get; } = new(404, "no_model", "no route serves the model that the request names");

    internal static Refusal ModelMissing { get; } = new(400, "model_missing", "the request names no model");

    internal static Refusal NoKey { get; } = new(401, "no_key", "this route needs an API key: send it as Authorization: Bearer KEY");

    internal static Refusal WrongKey { get; } = new(401, "wrong_key", "the API key is not known");

    internal static Refusal ModelForbidden { get; } = new(403, "model_forbidden", "the API key may not use this model");

    internal static Refusal BodyTooLarge { get; } = new(413, "body_too_large", "the body is larger than this route takes");

    internal static Refusal RequestRate { get; } = new(429, "request_rate", "the tenant has used up its requests of this minute", 1);

    internal static Refusal TokenRate { get; } = new(429, "token_rate", "the tenant has used up its tokens of this minute", 1);

    internal static Refusal TenantConcurrency { get; } = new(429, "tenant_concurrency", "the tenant has as many requests under way as it may", 1);

    internal static Refusal QueueFull { get; } = new(429, "queue_full", "too many requests wait for this service", 1);

    internal static Refusal WaitedTooLong { get; } = new(429, "waited_too_long", "all replicas of this service stayed busy for too long", 1);

    internal static Refusal NoReplica { get; } = new(503, "no_replica", "no replica of this service is ready", 5);

    internal static Refusal Stopped { get; } = new(503, "stopped", "this service is stopped: it wants no replicas", 30);

    internal static Refusal UpstreamFailed { get; } = new(502, "upstream_failed", "the replicas that were tried did not answer");

    internal static Refusal UpstreamTimeout { get; } = new(504, "upstream_timeout", "the answer did not come in time");

    internal static Refusal ShuttingDown { get; } = new(503, "shutting_down", "this gateway is going down", 1);
}

/// <summary>An answer that the gateway gives itself.</summary>
/// <param name="Status">The status code.</param>
/// <param name="ContentType">The type of the body; empty without one.</param>
/// <param name="Body">The body.</param>
public sealed record LocalAnswer(int Status, string ContentType, ReadOnlyMemory<byte> Body);
