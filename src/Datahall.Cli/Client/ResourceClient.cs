using System.Text.Json;
using Datahall.Model;

namespace Datahall.Cli.Client;

/// <summary>A resource as it came: the text for scripts, the object for people.</summary>
/// <param name="Json">Everything the server said.</param>
/// <param name="Value">The same, read.</param>
internal sealed record Received(JsonElement Json, Resource Value);

/// <summary>The calls about resources.</summary>
internal static class ResourceClient
{
    private const int PageSize = 500;

    private static readonly System.Text.Json.Serialization.Metadata.JsonTypeInfo<Resource> ResourceType =
        (System.Text.Json.Serialization.Metadata.JsonTypeInfo<Resource>)ResourceJson.Options.GetTypeInfo(typeof(Resource));

    extension(ApiClient api)
    {
        /// <summary>Reads every resource of a kind that a selector matches, and the revision to watch from.</summary>
        public async Task<(IReadOnlyList<Received> Items, long Revision)> ListAsync(
            string kind, string? selector, CancellationToken cancellationToken)
        {
            var items = new List<Received>();
            string? next = null;
            long revision;
            do
            {
                var labels = selector is null ? "" : $"&labels={Uri.EscapeDataString(selector)}";
                var from = next is null ? "" : $"&continue={Uri.EscapeDataString(next)}";
                var page = await api.GetAsync($"{Path(kind)}?limit={PageSize}{labels}{from}", ApiJson.Default.ListPage, cancellationToken)
                    .ConfigureAwait(false);
                items.AddRange(page.Items.Select(Read));
                (next, revision) = (page.Continue, page.Revision);
            }
            while (next is not null);

            return (items, revision);
        }

        /// <summary>Reads one resource.</summary>
        /// <exception cref="NotFoundFailure">There is none of that name.</exception>
        public async Task<Received> GetAsync(ResourceKey key, CancellationToken cancellationToken) =>
            Read(await api.GetAsync(Path(key), cancellationToken).ConfigureAwait(false));

        public Task<ExplanationMessage> ExplainAsync(ResourceKey key, CancellationToken cancellationToken) =>
            api.GetAsync($"/api/v1/explain/{key.Kind.ToLowerInvariant()}/{Uri.EscapeDataString(key.Name)}", ApiJson.Default.ExplanationMessage, cancellationToken);
    }

    public static string Path(string kind) => $"/api/v1/{kind.ToLowerInvariant()}s";

    public static string Path(ResourceKey key) => $"{Path(key.Kind)}/{Uri.EscapeDataString(key.Name)}";

    public static Received Read(JsonElement json)
    {
        try
        {
            return new(json, json.Deserialize(ResourceType) ?? throw new JsonException("null"));
        }
        catch (JsonException e)
        {
            throw CommandFailure.Refused($"the server sent a resource that this version of Datahall does not know ({e.Message}); use the same version on both sides");
        }
    }
}
