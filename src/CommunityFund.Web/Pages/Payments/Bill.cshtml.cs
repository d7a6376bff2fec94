using CommunityFund.Books;
using CommunityFund.Payments;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Payments;

/// <summary>Enters a supplier's bill.</summary>
public sealed class BillModel : DebtFormPage
{
    [BindProperty]
    public long? Payee { get; set; }

    [BindProperty]
    public string? DueOn { get; set; }

    public IReadOnlyList<PayeeItem> Payees { get; private set; } = [];

    public override bool IsBill => true;

    public string DueType => TypeOf(DueOn);

    protected override async Task<long> Send(IReadOnlyList<DebtRow> rows)
    {
        LocalDate due = Read(nameof(DueOn), () => DayText.Read(DueOn));
        return ModelState.IsValid
            ? await Session.Run(new RecordBill(FormKey, Payee ?? 0, Heading ?? "", due, rows, Enclosed.Enclosures, Id), Ct)
            : throw new Ledger.RefusedException(DayText.NotADay, ("typed", DueOn ?? ""));
    }

    protected override void Begin(DebtView back) => (Payee, DueOn) = (back.PayeeId, LocalDatePattern.Iso.Format(back.DueOn));

    protected override async Task Offered() => Payees = await Session.Ask(new PayeeList(), Ct);
}
