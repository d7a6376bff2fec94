using System.Text.Json.Serialization;
using CommunityFund.Books;

namespace CommunityFund.Tests.Checks;

/// <summary>Prepares vouchers as features do, with all that a line may carry.</summary>
public sealed record PrepareDrafts(Guid Key, [property: JsonIgnore] Func<Chart, IReadOnlyList<Draft>> Drafts)
    : Command<IReadOnlyList<long>>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

    internal override async Task<IReadOnlyList<long>> Apply(Work work, CancellationToken ct) =>
        await work.PrepareTogether(Drafts(await work.ChartOn(work.Today, ct)), ct);
}
