using Datahall.Model;
using Datahall.Server.Auth;
using Datahall.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Datahall.Server.Advice;

/// <summary>What is thought beside the core, when somebody asks for it.</summary>
internal static class AdviceEndpoints
{
    private const int MostMoves = 1_000;

    public static void AddAdvice(this IServiceCollection services, AdvisorOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<AdvisorMetrics>();
        services.AddSingleton<SolverThread>();
        services.AddSingleton<Advice>();
        services.AddHostedService<SchedulingAdvisor>();
        services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.TypeInfoResolverChain.Add(AdviceJson.Default));
    }

    public static void MapAdvice(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/optimize").WithTags("Optimize").RequireAuthorization(Roles.Operator);
        group.MapPost("/placement", PlaceAsync).WithName("OptimizePlacement").WithSummary("Places all that waits as a whole, against one after the other");
        group.MapPost("/rebalance", MoveAsync).WithName("OptimizeRebalance").WithSummary("Finds moves of running tasks that join free room together, or save power");
    }

    private static async Task<Results<Ok<BatchAdviceView>, Problem>> PlaceAsync(Advice advice, bool dryRun = false, CancellationToken cancellationToken = default)
    {
        try
        {
            var result = await advice.PlaceAsync(1, cancellationToken);
            return TypedResults.Ok(BatchAdviceView.Of(result, dryRun ? null : result.IsBetter ? await advice.ProposeAsync(result, cancellationToken) : new(0, 0)));
        }
        catch (DllNotFoundException e)
        {
            return Problem.Of(StatusCodes.Status501NotImplemented, $"the server's machine cannot load OR-Tools: {e.Message}");
        }
    }

    private static async Task<Results<Ok<MovesView>, Problem>> MoveAsync(Advice advice, bool dryRun = false, int? maxMoves = null, string? goal = null, CancellationToken cancellationToken = default)
    {
        if (maxMoves is < 1 or > MostMoves)
        {
            return Problem.BadRequest($"maxMoves is {maxMoves}: it takes a number from 1 to {MostMoves}");
        }

        if (goal is not (null or "room" or "energy"))
        {
            return Problem.BadRequest($"goal is '{goal}': it is room or energy");
        }

        var wins = goal is "energy" ? RebalancingGoal.Energy : RebalancingGoal.Room;
        var (problem, moves) = await advice.MovesAsync(wins, maxMoves, cancellationToken);
        var considered = dryRun || moves.Count == 0 ? new(0, 0) : await advice.ProposeAsync(problem.Revision, wins, moves, cancellationToken);
        return TypedResults.Ok(new MovesView(problem.Revision, dryRun, problem.Movable.Count, [.. moves.Select(MoveView.Of)], considered.Taken, considered.Dropped));
    }
}
