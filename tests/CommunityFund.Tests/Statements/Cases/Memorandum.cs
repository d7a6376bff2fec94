using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>Hours or points are written into their own memorandum series, as a feature would: 个人时间 against 时间发放.</summary>
internal sealed record Memorandum(Guid Key, int Fund, string Held, string Issued, Amount Amount, LocalDate On) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(On, ct);
        string fund = (await work.FundById(Fund, ct)).Code;
        return await work.Prepare(
            new Draft(JournalEntry.On(On, "志愿服务").Debit(chart[Held], fund, Amount).Credit(chart[Issued], fund, Amount).Balanced()), ct);
    }
}
