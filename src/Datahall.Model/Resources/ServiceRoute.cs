using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>Which requests reach a service or an ensemble through the gateways, and how they are treated.</summary>
public sealed record RouteSpec
{
    /// <summary>What is spoken.</summary>
    [Description("What is spoken: http (anything), oip (Open Inference Protocol v2) or openai (OpenAI's API).")]
    public RouteProtocol Protocol { get; init; }

    /// <summary>Host names, exact or <c>*.example.com</c>; empty: any.</summary>
    [Description("Host names, exact or like *.example.com; empty: any.")]
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>The path, or the beginning of it up to a <c>/</c>.</summary>
    [Description("The path or its beginning, up to a '/'; the longest one that matches wins.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string Path { get; init; } = "/";

    /// <summary>Whether replicas see the path without <see cref="Path"/>.</summary>
    [Description("true: the replicas see the request's path without 'path' in front.")]
    public bool StripPath { get; init; }

    /// <summary>Headers that a request must carry, with these values; all of them.</summary>
    [Description("Headers that a request must carry with just these values; a route that asks for more of them wins.")]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = Resource.EmptyLabels;

    /// <summary>The models that are asked for, of the protocols that name one; empty: the model is named like the service.</summary>
    [Description("oip and openai: the names of the models that are served; empty: the resource's own name. '*' takes every name that no other route has.")]
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Who may call.</summary>
    [Description("open: whoever reaches the gateway; keys: whoever has a key of a Tenant.")]
    public RouteAccess Access { get; init; }

    /// <summary>How a replica is chosen.</summary>
    [Description("How a replica is chosen.")]
    public BalanceSpec Balance { get; init; } = new();

    /// <summary>How long what may take.</summary>
    [Description("How long what may take.")]
    public RouteTimeouts Timeouts { get; init; } = new();

    /// <summary>How often a request is tried elsewhere.</summary>
    [Description("How often a request that has no byte of an answer yet is tried elsewhere.")]
    public RetrySpec Retry { get; init; } = new();

    /// <summary>Sends a slow request a second time; null: never.</summary>
    [Description("Sends a request that is slow to a second replica too and takes the first answer; left out: never.")]
    public HedgeSpec? Hedge { get; init; }

    /// <summary>How much is let in.</summary>
    [Description("How much is let in.")]
    public RouteLimits Limits { get; init; } = new();

    /// <summary>How gateways ask replicas whether they answer.</summary>
    [Description("How gateways ask the replicas whether they answer.")]
    public ProbeSpec Probe { get; init; } = new();

    /// <summary>When a replica gets no requests for a while.</summary>
    [Description("When a replica that fails gets no requests for a while.")]
    public EjectionSpec Ejection { get; init; } = new();
}

/// <summary>What is spoken on a route.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RouteProtocol>))]
public enum RouteProtocol
{
    /// <summary>Anything on HTTP.</summary>
    [JsonStringEnumMemberName("http")]
    Http,

    /// <summary>Open Inference Protocol v2: the model is in the path.</summary>
    [JsonStringEnumMemberName("oip")]
    Oip,

    /// <summary>OpenAI's API: the model is in the body.</summary>
    [JsonStringEnumMemberName("openai")]
    OpenAI,
}

/// <summary>Who may call.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RouteAccess>))]
public enum RouteAccess
{
    /// <summary>Whoever reaches the gateway.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>Whoever has a key of a tenant that may use the model.</summary>
    [JsonStringEnumMemberName("keys")]
    Keys,
}

/// <summary>How a replica is chosen.</summary>
public sealed record BalanceSpec
{
    /// <summary>The policy.</summary>
    [Description("The policy: least-ewma (the default), least-requests, power-of-two, round-robin, weighted, prequal, consistent-hash, prefix-affinity, session-affinity.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public BalancePolicy Policy { get; init; } = BalancePolicy.LeastEwma;

    /// <summary>The header whose value consistent hashing goes by, and session affinity when there is no cookie; null: the client's address.</summary>
    [Description("consistent-hash, session-affinity: the header whose value is hashed; left out: the client's address (session-affinity: a cookie of the gateway).")]
    public string? HashHeader { get; init; }

    /// <summary>How long a fresh replica takes to get its whole share.</summary>
    [Description("How long a fresh replica takes to get its whole share; 0: at once.")]
    public Duration SlowStart { get; init; }

    /// <summary>Whether replicas are judged by the first byte of their answers.</summary>
    [Description("true: replicas are judged by the time to the first byte, as suits streams; otherwise by the time of the whole answer.")]
    public bool ByFirstByte { get; init; }
}

/// <summary>A balancing policy.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BalancePolicy>))]
public enum BalancePolicy
{
    /// <summary>In turn.</summary>
    [JsonStringEnumMemberName("round-robin")]
    RoundRobin,

    /// <summary>In turn, by weight.</summary>
    [JsonStringEnumMemberName("weighted")]
    Weighted,

    /// <summary>The fewest requests in flight.</summary>
    [JsonStringEnumMemberName("least-requests")]
    LeastRequests,

    /// <summary>The less loaded of two by chance.</summary>
    [JsonStringEnumMemberName("power-of-two")]
    PowerOfTwo,

    /// <summary>The least expected wait: average latency times requests in flight and one.</summary>
    [JsonStringEnumMemberName("least-ewma")]
    LeastEwma,

    /// <summary>Prequal: probes of load and latency.</summary>
    [JsonStringEnumMemberName("prequal")]
    Prequal,

    /// <summary>By a key, no replica far above its share.</summary>
    [JsonStringEnumMemberName("consistent-hash")]
    ConsistentHash,

    /// <summary>To where the beginning of the prompt is cached.</summary>
    [JsonStringEnumMemberName("prefix-affinity")]
    PrefixAffinity,

    /// <summary>To where the session was.</summary>
    [JsonStringEnumMemberName("session-affinity")]
    SessionAffinity,
}

/// <summary>How long what may take; 0: without end, except for connecting.</summary>
public sealed record RouteTimeouts
{
    /// <summary>Connecting to a replica.</summary>
    [Description("Connecting to a replica; then another one is tried.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Connect { get; init; } = Duration.FromSeconds(1);

    /// <summary>From the sent request to the first byte of the answer, for each try; 0: without end.</summary>
    [Description("From the sent request to the first byte of the answer, in each try; 0: without end, as suits generation.")]
    public Duration FirstByte { get; init; }

    /// <summary>Silence in the middle of an answer or of a body; 0: without end.</summary>
    [Description("Silence in the middle of an answer or of a request's body; 0: without end.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Idle { get; init; } = Duration.FromSeconds(300);

    /// <summary>From the request to the end of the answer, waiting and tries included; 0: without end.</summary>
    [Description("From the request to the end of its answer, with waiting and all tries; 0: without end.")]
    public Duration Request { get; init; }

    /// <summary>How long requests may go on at a replica that is to be stopped; 0: it is stopped at once.</summary>
    [Description("How long requests may go on at a replica that is to be stopped. It gets no new ones, and is stopped as soon as none is left.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Drain { get; init; } = Duration.FromSeconds(30);
}

/// <summary>How often a request is tried elsewhere while no byte of an answer has come.</summary>
public sealed record RetrySpec
{
    /// <summary>How often a request is sent, the first time included.</summary>
    [Description("How often a request is sent at most, the first time included; 1: never again.")]
    [Range(1, 10)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Attempts { get; init; } = 3;

    /// <summary>The share of requests that may be sent again, on top of a few a second.</summary>
    [Description("The share of requests that may be sent again, besides 10 a second and what was in flight at a replica that died.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Budget { get; init; } = 0.2;

    /// <summary>The answers upon which a request is tried elsewhere.</summary>
    [Description("The status codes upon which a request is tried elsewhere.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<int> Statuses { get; init; } = [502, 503, 504];

    /// <summary>Whether only methods that may be repeated by their definition are.</summary>
    [Description("true: only GET, HEAD, OPTIONS, TRACE, PUT and DELETE are sent again once they may have reached a replica. Inference may be repeated, so by default all are.")]
    public bool OnlyIdempotent { get; init; }
}

/// <summary>Sends a slow request a second time.</summary>
public sealed record HedgeSpec
{
    /// <summary>After how long without a byte.</summary>
    [Description("After how long without a byte of an answer the request goes to a second replica.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Duration After { get; init; }

    /// <summary>The share of requests that may be sent twice.</summary>
    [Description("The share of requests that may be sent twice.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Budget { get; init; } = 0.1;
}

/// <summary>How much a route lets in.</summary>
public sealed record RouteLimits
{
    /// <summary>The largest body of a request.</summary>
    [Description("The largest body of a request; above it the answer is 413.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Bytes Body { get; init; } = new(64L * 1024 * 1024);

    /// <summary>How many requests a replica gets at once, of all gateways together; 0: no limit.</summary>
    [Description("How many requests a replica gets at once; further ones wait at the gateway, tenants in fair turn. 0: no limit.")]
    [Range(0, 1_000_000)]
    public int PerReplica { get; init; }

    /// <summary>How many requests may wait at a gateway.</summary>
    [Description("How many requests may wait at one gateway; above it the least important is answered 429.")]
    [Range(0, 1_000_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Queue { get; init; } = 1000;

    /// <summary>How long a request may wait.</summary>
    [Description("How long a request may wait at the gateway: for a replica that has room, or for the first one when there is none (scale from zero). Then it is answered 429, or 503 when there is none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Wait { get; init; } = Duration.FromSeconds(60);
}

/// <summary>How gateways ask replicas whether they answer.</summary>
public sealed record ProbeSpec
{
    /// <summary>The path that is asked for; null: the service's health check, or what the protocol has.</summary>
    [Description("The path asked for with GET. Left out: that of the service's health check; without one /v2/health/ready (oip), /health (openai) or / (http), where any answer but 5xx will do.")]
    public string? Path { get; init; }

    /// <summary>The time between two probes; 0: none.</summary>
    [Description("The time between probes; 0: none. A replica that is silent with requests waiting is asked at once.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Interval { get; init; } = Duration.FromSeconds(1);

    /// <summary>The time a probe may take.</summary>
    [Description("The time a probe may take.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Timeout { get; init; } = new(500);

    /// <summary>Failed probes in a row after which a replica is down.</summary>
    [Description("Failed probes in a row after which the replica is down: requests without a byte of an answer go elsewhere.")]
    [Range(1, 100)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Failures { get; init; } = 1;
}

/// <summary>When a replica that fails gets no requests for a while.</summary>
public sealed record EjectionSpec
{
    /// <summary>Failures in a row (5xx, time-outs, broken connections) after which it is ejected; a refused connection ejects at once.</summary>
    [Description("Failures in a row (5xx, time-outs, broken connections) after which a replica is ejected. A refused connection ejects at once.")]
    [Range(1, 1_000_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Failures { get; init; } = 5;

    /// <summary>How long the first ejection lasts; each further one doubles.</summary>
    [Description("How long the first ejection lasts; each one that follows soon doubles.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Base { get; init; } = new(500);

    /// <summary>How long an ejection lasts at most.</summary>
    [Description("How long an ejection lasts at most.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Longest { get; init; } = Duration.FromSeconds(30);

    /// <summary>How long gateways leave a replica out until it is replaced although its health check passes; 0: it never is.</summary>
    [Description("How long gateways may leave a replica out, though its health check passes, until it is replaced. So is one that fails far more often than its siblings. 0: never.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration ReplaceAfter { get; init; } = Duration.FromSeconds(60);

    /// <summary>The largest share of the replicas that may be ejected for their answers; those that do not answer at all do not count.</summary>
    [Description("The largest share of the replicas that may be ejected because of their answers; at least one may. Those that do not answer at all are always left out.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Share { get; init; } = 0.5;

    /// <summary>Below this share of usable replicas ejection is ignored.</summary>
    [Description("Panic: when fewer than this share of the replicas are usable, ejections for their answers are ignored.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Panic { get; init; } = 0.3;
}
