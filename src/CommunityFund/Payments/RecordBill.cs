using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>A supplier's bill has come, with its due day. It waits to be approved; what went back is sent again as the next
/// version.</summary>
/// <param name="Payee">A supplier of the register who has an account there.</param>
/// <param name="Bill">What went back and is put right; null for a new one.</param>
public sealed record RecordBill(
    Guid Key, long Payee, [property: Personal] string Title, LocalDate DueOn, IReadOnlyList<DebtRow> Lines,
    IReadOnlyList<Enclosure>? Papers = null, long? Bill = null) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Accountant).For(Lines.Select(line => line.Fund)));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        if (!await PayeeAccount.Current(work, Payee).AnyAsync(ct))
        {
            throw new RefusedException(PayeeAccount.Missing);
        }

        Person payee = await work.Db.People.AsNoTracking().SingleAsync(person => person.PersonId == Payee, ct);
        DebtWriting.KeepNameOut(payee, Title, Lines);
        Debt debt = Bill is { } again ? await Anew(work, again, ct) : New(work);
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
            Kind = DebtKind.Bill,
            CreditorId = Payee,
            Title = DebtWriting.Title(Title),
            DueOn = DueOn,
            State = DebtState.Submitted,
            SubmittedBy = work.ActorId,
            SubmittedAt = work.Now,
        };
        work.Db.Add(debt);
        return debt;
    }

    private async Task<Debt> Anew(Work work, long bill, CancellationToken ct)
    {
        Debt debt = await Debt.Lock(work, bill, ct, DebtState.Returned);
        if (debt.SubmittedBy != work.ActorId || debt.Kind != DebtKind.Bill || debt.CreditorId != Payee)
        {
            throw new RefusedException(SubmitClaim.OfAnother);
        }

        (debt.State, debt.Version, debt.SubmittedAt, debt.Title, debt.DueOn) =
            (DebtState.Submitted, (short)(debt.Version + 1), work.Now, DebtWriting.Title(Title), DueOn);
        return debt;
    }
}
