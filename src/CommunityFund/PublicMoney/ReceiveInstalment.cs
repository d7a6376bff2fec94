using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.PublicMoney;

/// <summary>
/// An instalment has come in. Whoever books it says what it is; where that is not what the contract's answers say, it is
/// refused: a purchase
/// of services is no subsidy (NGO20 §7).
/// </summary>
/// <param name="BookedAs">What the accountant takes it for.</param>
/// <param name="CashAccount">Key of the own account it came into.</param>
/// <param name="BankLine">The bank line, if it is there; else a slip proves it.</param>
public sealed record ReceiveInstalment(
    Guid Key, long Contract, short No, PublicNature BookedAs, LocalDate ReceivedOn, string CashAccount, long? BankLine = null,
    IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>The contract's answers make it a purchase of services.</summary>
    public const string IsServices = "public.is-services";

    /// <summary>The contract's answers make it something else.</summary>
    public const string IsOther = "public.is-other";

    /// <summary>The instalment has come or waits already, or there is none of this number.</summary>
    public const string NotAwaited = "public.not-awaited";

    /// <summary>Money comes into cash or bank accounts.</summary>
    public const string NotCash = "public.not-cash";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct)
    {
        Need need = Need.Any(RegisterRoles.Keeping).For(await PublicContract.FundOf(work, Contract, ct));
        return BankLine is null ? need : need.ForWholeBook();
    }

    /// <returns>The voucher.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        PublicContract contract = await PublicContract.Agreed(work, Contract, ct);
        if (BookedAs != contract.Nature)
        {
            throw new RefusedException(contract.Nature == PublicNature.Services ? IsServices : IsOther,
                ("number", contract.Number), ("nature", Term.Of(contract.Nature)), ("asked", Term.Of(BookedAs)));
        }

        await PublicStanding.RequireNone(work, contract, PublicRole.Acceptance, ct);
        PublicInstalment? row = await work.Db.Set<PublicInstalment>().AsNoTracking()
            .SingleOrDefaultAsync(each => each.BookId == work.Book && each.PublicContractId == Contract && each.No == No, ct);
        Expectation? awaited = row?.ExpectationId is null ? null : await work.Db.Set<Expectation>()
            .SingleAsync(each => each.BookId == work.Book && each.ExpectationId == row.ExpectationId, ct);
        if (awaited is not { VoucherId: null, ClosedAt: null })
        {
            throw new RefusedException(NotAwaited, ("no", No));
        }

        LocalDate day = await work.FirstOpenDay(ReceivedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        if (chart.Find(CashAccount) is not { Account: { Role: AccountRole.OwnCash } cash, TakesLines: true })
        {
            throw new RefusedException(NotCash, ("account", CashAccount));
        }

        string fund = (await work.FundById(contract.FundId, ct)).Code;
        List<ExpectationLine> lines = await work.Db.Set<ExpectationLine>().AsNoTracking()
            .Where(line => line.BookId == work.Book && line.ExpectationId == awaited.ExpectationId).OrderBy(line =>
                line.LineNo).ToListAsync(ct);
        EntryDraft draft = JournalEntry.On(day, awaited.Narrative)
            .Debit(cash, fund, Amount.Fen(awaited.Units), new Tags(CashFlow: CashFlow.Find(lines[0].CashFlow)));
        foreach (ExpectationLine line in lines)
        {
            draft.Credit(chart.ById(line.AccountId).Account, fund, Amount.Fen(line.Units),
                new Tags(Codes.RestrictionOf(line.Restriction),
                Counterparty: line.CounterpartyId, Clause: line.Clause.Length > 0 ? line.Clause : null));
        }

        long[] met = [awaited.ExpectationId];
        awaited.VoucherId = await work.Prepare(new Draft(draft.Balanced(), Bank: BankPart.Of(BankLine, null,
            Amount.Fen(awaited.Units), isPart: false),
            Documents: Documents, Then: new ExpectationsMet(met), Otherwise: new ExpectationsOpen(met),
                Undo: new ExpectationsUndone(met)), ct);
        return awaited.VoucherId.Value;
    }
}
