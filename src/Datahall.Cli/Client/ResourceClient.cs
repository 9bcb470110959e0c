using System.Text.Json;
using Datahall.Model;

namespace Datahall.Cli.Client;

/// <summary>The calls about resources.</summary>
internal static class ResourceClient
{
    private const int PageSize = 500;

    extension(ApiClient api)
    {
        /// <summary>Reads every resource of a kind that a selector matches, and the revision to watch from.</summary>
        public async Task<(IReadOnlyList<Received> Items, long Revision)> ListAsync(
            string kind, string? selector, CancellationToken cancellationToken)
        {
            var items = new List<Received>();
            JsonElement page;
            string? next = null;
            do
            {
                var labels = selector is null ? "" : $"&labels={Uri.EscapeDataString(selector)}";
                var from = next is null ? "" : $"&continue={Uri.EscapeDataString(next)}";
                page = await api.GetAsync($"{Path(kind)}?limit={PageSize}{labels}{from}", cancellationToken).ConfigureAwait(false);
                items.AddRange(page.Items("items").Select(Received.Of));
                next = page.Text("continue");
            }
            while (next is not null);

            return (items, page.Number("revision"));
        }

        /// <summary>Reads one resource.</summary>
        /// <exception cref="NotFoundFailure">There is none of that name.</exception>
        public async Task<Received> GetAsync(ResourceKey key, CancellationToken cancellationToken) =>
            Received.Of(await api.GetAsync(Path(key), cancellationToken).ConfigureAwait(false));

        public Task<ExplanationMessage> ExplainAsync(ResourceKey key, CancellationToken cancellationToken) => api.GetAsync(
            $"/api/v1/explain/{key.Kind.ToLowerInvariant()}/{Uri.EscapeDataString(key.Name)}", ApiJson.Default.ExplanationMessage, cancellationToken);
    }

    public static string Path(string kind) => $"/api/v1/{kind.ToLowerInvariant()}s";

    public static string Path(ResourceKey key) => $"{Path(key.Kind)}/{Uri.EscapeDataString(key.Name)}";
}
