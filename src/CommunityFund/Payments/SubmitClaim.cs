using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Payments;

/// <summary>
/// 报销: somebody hands in what was paid out of the own pocket, with its papers, and says where the money is to go. What went back is
/// sent again as the next version.
/// </summary>
/// <param name="Title">What it was all for; 摘要 of the voucher.</param>
/// <param name="Claim">What went back and is put right; null for a new one.</param>
public sealed record SubmitClaim(
    Guid Key, [property: Personal] string Title, IReadOnlyList<DebtRow> Lines, [property: Personal] string AccountNumber,
    [property: Personal] string BankName, IReadOnlyList<Enclosure>? Papers = null, long? Claim = null) : Command<long>(Key)
{
    /// <summary>What another handed in is not changed.</summary>
    public const string OfAnother = "debt.of-another";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Paying.Claiming));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Person claimant = await work.Db.People.AsNoTracking().SingleAsync(person => person.PersonId == work.ActorId, ct);
        DebtWriting.KeepNameOut(claimant, Title, Lines);
        await PayeeAccount.Set(work, work.ActorId, work.ActorId, AccountNumber, BankName, ct);
        Debt debt = Claim is { } again ? await Anew(work, again, ct) : New(work);
        await work.Db.SaveChangesAsync(ct);
        await DebtWriting.Lines(work, debt, Lines, ct);
        await DebtWriting.Papers(work, debt, Papers ?? [], ct);
        return debt.DebtId;
    }

    private Debt New(Work work)
    {
        Debt debt = new()
        {
            BookId = work.Book,
            Kind = DebtKind.Claim,
            CreditorId = work.ActorId,
            Title = DebtWriting.Title(Title),
            DueOn = work.Today,
            State = DebtState.Submitted,
            SubmittedBy = work.ActorId,
            SubmittedAt = work.Now,
        };
        work.Db.Add(debt);
        return debt;
    }

    private async Task<Debt> Anew(Work work, long claim, CancellationToken ct)
    {
        Debt debt = await Debt.Lock(work, claim, ct, DebtState.Returned);
        if (debt.SubmittedBy != work.ActorId || debt.Kind != DebtKind.Claim)
        {
            throw new RefusedException(OfAnother);
        }

        (debt.State, debt.Version, debt.SubmittedAt, debt.Title) =
            (DebtState.Submitted, (short)(debt.Version + 1), work.Now, DebtWriting.Title(Title));
        return debt;
    }
}
