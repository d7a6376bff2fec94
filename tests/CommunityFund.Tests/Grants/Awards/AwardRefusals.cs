using CommunityFund.Ledger;

namespace CommunityFund.Tests.Grants.Awards;

internal sealed partial class AwardNotation
{
    /// <summary>The refusal, and that it says in both languages what it must.</summary>
    public static async Task<Refusal> Refused(Func<Task> act) => Spoken.Tell((await Should.ThrowAsync<RefusedException>(act)).Refusal);
}
