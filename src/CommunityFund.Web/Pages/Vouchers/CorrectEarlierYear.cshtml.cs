using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Web.Pages.Vouchers;

public sealed class CorrectEarlierYearModel : CorrectionPage
{
    public override Refusal? No => Ways!.NoBlueAlone;

    protected override LocalDate Proposed => Ways!.BlueDay;

    protected override List<GridRow> FirstRows() => [];

    protected override Command<long> Written(LocalDate day, IReadOnlyList<VoucherRow> rows) =>
        new CorrectEarlierYear(FormKey, Id, day, Reason ?? "", rows);
}
