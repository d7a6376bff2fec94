using System.ComponentModel.DataAnnotations;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Web.Pages.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Banking;

/// <summary>暂收款: what came in and is nobody's yet, and what it turns out to be.</summary>
[RequestSizeLimit(EnclosedForm.LargestRequest), RequestFormLimits(MultipartBodyLengthLimit = EnclosedForm.LargestRequest)]
public sealed class SuspenseModel : FundPage
{
    [BindProperty]
    public EnclosedForm Enclosed { get; set; } = new();

    /// <summary>The item whose form is open.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Item { get; set; }

    [BindProperty]
    public ClearingForm Form { get; set; } = new();

    public SuspenseItems? Items { get; private set; }

    public bool MayClear { get; private set; }

    public SuspenseItem? Open => Items?.Items.FirstOrDefault(item => item.SuspenseId == Item);

    public async Task OnGetAsync()
    {
        await Show();
        Form.Amount ??= Open?.Left.ToString();
        Form.Party ??= Open?.Party;
    }

    public Task<IActionResult> OnPostGiftAsync() => Clear((amount, fund) => Session.Run(new RecordDonation(
        FormKey, fund.FundId, Form.Party ?? "", Form.PartyKind, amount, Open!.ReceivedOn, "",
            Form.Restriction ?? fund.DefaultRestriction,
        Form.Clause ?? "", Form.Narrative ?? "", null, Documents: Enclosed.Enclosures, Suspense: Item), Ct));

    public Task<IActionResult> OnPostOtherAsync() => Clear((amount, fund) => Session.Run(new ClearSuspense(
        FormKey, Item ?? 0, amount, fund.FundId, Form.Counter ?? "", Form.Restriction ?? Restriction.Unrestricted,
        Form.CashFlow ?? CashFlow.OtherReceived.Key, Form.Party ?? "", Form.PartyKind, Form.Narrative ?? "",
            Enclosed.Enclosures), Ct));

    private async Task<IActionResult> Clear(Func<Amount, FundChoice, Task<long>> command)
    {
        await Show();
        bool received = await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct));
        Amount? amount = Read("Form.Amount", () => AmountText.ReadPositive(Form.Amount));
        FundChoice? fund = Items?.Funds.FirstOrDefault(one => one.FundId == Form.Fund);
        if (fund is null)
        {
            ModelState.AddModelError("Form.Fund", W["line.choose-fund"]);
        }

        if (!received || !ModelState.IsValid || fund is null || amount is null || Open is null)
        {
            Unprocessable();
            return Page();
        }

        long voucher = 0;
        if (await Try(async () => voucher = await command(amount, fund)))
        {
            Said = W["suspense.cleared"];
            return RedirectToPage(new { Item = (long?)null });
        }

        await Show();
        return Page();
    }

    private async Task Show()
    {
        MayClear = (await WhoAmI()).Is(Role.Accountant);
        await Try(async () => Items = await Session.Ask(new SuspenseList(), Ct));
    }

    public sealed class ClearingForm
    {
        public string? Amount { get; set; }

        public int? Fund { get; set; }

        [StringLength(100)]
        public string? Party { get; set; }

        public PersonKind PartyKind { get; set; }

        public Restriction? Restriction { get; set; }

        [StringLength(500)]
        public string? Clause { get; set; }

        public string? Counter { get; set; }

        public string? CashFlow { get; set; }

        [StringLength(200)]
        public string? Narrative { get; set; }
    }
}
