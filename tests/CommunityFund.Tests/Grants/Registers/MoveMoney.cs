using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Registers;

/// <summary>A movement of a grant's money with the vouchers that book it, posted at once: registers ask what it came to, not who let it go.</summary>
internal sealed record MoveMoney(
    Guid Key, long Grant, long? Tranche, MoneyMove Move, IReadOnlyList<FundUnits> Parts, LocalDate On, long Maker, long Reviewer) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Operator);

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        long project = await work.Db.Set<GrantAward>().Where(row => row.GrantId == Grant && row.EndedAt == null).Select(row => row.ProjectId)
            .SingleAsync(ct);
        Chart chart = await work.ChartOn(On, ct);
        Tags plain = new(Project: project), cost = plain with { Restriction = Restriction.Unrestricted };
        (string Debit, Tags DebitTags, string Credit, Tags CreditTags) = Move switch
        {
            MoneyMove.Paid => ("project-advances", plain, TestBody.Bank, plain with { CashFlow = CashFlow.GrantsPaid }),
            MoneyMove.Acquitted => (Account.Keys.ProgrammeCost, cost, "project-advances", plain),
            MoneyMove.Returned => (TestBody.Bank, plain with { CashFlow = CashFlow.OtherReceived }, "project-advances", plain),
            MoneyMove.Demanded => ("recovery-claims", plain, "project-advances", plain),
            _ => throw new ArgumentOutOfRangeException(nameof(Move)),
        };
        EntryDraft entry = JournalEntry.On(On, $"{Move} 老人助餐");
        foreach (FundUnits part in Parts)
        {
            (string fund, Amount amount) = ((await work.FundById(part.Fund, ct)).Code, Amount.Fen(part.Units));
            entry = entry.Debit(chart[Debit], fund, amount, DebitTags).Credit(chart[Credit], fund, amount, CreditTags);
        }

        List<Draft> drafts = [new(entry.Balanced())];
        if (Move == MoneyMove.Paid)
        {
            drafts.Add(new(await CommitmentEntry.Of(work, On, "拨付", project, Parts, isEnd: true, ct)));
        }

        IReadOnlyList<long> vouchers = await new VoucherWriter(work, Maker).Write(drafts, ct);
        await MoneyRegister.Note(work, Grant, Tranche, Move, Parts, vouchers[0], On, ct);
        await work.Db.SaveChangesAsync(ct);
        await new PostingDoor(work.Db).Post(work.Book, [.. vouchers], Reviewer, work.Now, ct);
        return vouchers[0];
    }
}
