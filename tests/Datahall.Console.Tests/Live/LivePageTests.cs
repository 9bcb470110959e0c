using Bunit;
using Datahall.Model;
using Datahall.Server.Console;
using Datahall.Server.Console.Live;
using Datahall.Server.Console.Nodes;
using Datahall.Server.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TestContext = Xunit.TestContext;

namespace Datahall.Console.Tests.Live;

public sealed class LivePageTests
{
    private static readonly TimeSpan Never = TimeSpan.FromDays(10);

    [Fact]
    public async Task A_change_that_a_reading_is_the_first_to_see_is_drawn()
    {
        var options = new ConsoleOptions { UpdateInterval = Never };
        await using var hall = await Hall.StartAsync(options);
        using var rendering = new Rendering();
        rendering.Services.AddSingleton(hall.Live);
        var page = rendering.Render<NodesPage>();
        await hall.UntilAsync(() => page.Markup.Contains("told-at-once", StringComparison.Ordinal) || hall.Publish("told-at-once") < 0, TimeSpan.Zero); // Once it follows.

        hall.Publish("told-by-a-reading");

        await hall.UntilAsync(() => page.Markup.Contains("told-by-a-reading", StringComparison.Ordinal), options.ReadingInterval);
    }

    [Fact]
    public async Task A_change_between_the_drawing_and_the_following_is_drawn()
    {
        await using var hall = await Hall.StartAsync(new() { UpdateInterval = Never, ReadingInterval = Never });
        var told = false;
        using (hall.Live.Subscribe(_ => Volatile.Write(ref told, true)))
        {
            await hall.UntilAsync(() => Volatile.Read(ref told) || hall.Publish("uses-up-the-pulse") < 0, TimeSpan.Zero);
        }

        using var rendering = new Rendering();
        rendering.Services.AddSingleton(hall.Live);
        rendering.ComponentFactories.Add(type => type == typeof(NodesPage), _ => new LatePage(() => hall.Publish("between")));

        var page = rendering.Render<NodesPage>();

        await hall.UntilAsync(() => page.Markup.Contains("between", StringComparison.Ordinal), TimeSpan.Zero);
    }

    /// <summary>Something is committed after it was drawn and before it follows.</summary>
    private sealed class LatePage(Action between) : NodesPage
    {
        protected override void OnAfterRender(bool firstRender)
        {
            if (firstRender)
            {
                between();
            }

            base.OnAfterRender(firstRender);
        }
    }

    private sealed class Hall : IAsyncDisposable
    {
        private readonly FakeTimeProvider time = new();
        private readonly ResourceCache cache = new();

        private Hall(ConsoleOptions options)
        {
            cache.Reset(0, 0, []);
            Live = new(cache, options, time);
        }

        public LiveResources Live { get; }

        public static async Task<Hall> StartAsync(ConsoleOptions options)
        {
            var hall = new Hall(options);
            await hall.Live.StartAsync(TestContext.Current.CancellationToken);
            return hall;
        }

        public long Publish(string node)
        {
            var revision = cache.Revision + 1;
            var resource = new Node { Name = node, Revision = revision };
            cache.Publish(new(revision, [new(resource.Key, 0, resource)], []));
            return revision;
        }

        /// <summary>Waits for something, and moves the hall's clock meanwhile.</summary>
        public async Task UntilAsync(Func<bool> isSo, TimeSpan step)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(60));
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
            while (!isSo())
            {
                time.Advance(step);
                await timer.WaitForNextTickAsync(limit.Token);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Live.StopAsync(CancellationToken.None);
            Live.Dispose();
        }
    }
}
