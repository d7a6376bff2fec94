using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Web.Pages.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>What is typed for a gift.</summary>
public sealed record GiftForm
{
    public string? Donor { get; init; }

    public PersonKind Kind { get; init; }

    public string? Amount { get; init; }

    public int? Fund { get; init; }

    public string? ReceivedOn { get; init; }

    public string? Account { get; init; }

    public long? Line { get; init; }

    public Restriction? Restriction { get; init; }

    public string? Clause { get; init; }

    public long? Agreement { get; init; }

    public long? Campaign { get; init; }

    public GiftNaming Naming { get; init; }

    public GiftChannel Channel { get; init; } = GiftChannel.Bank;

    public bool WantsReceipt { get; init; }

    public string? Order { get; init; }

    public string? Note { get; init; }

    public string? Narrative { get; init; }

    public string? BookedOn { get; init; }
}

/// <summary>登记捐赠: who gave what to which fund, and the entry it makes before it is sent.</summary>
[RequestSizeLimit(EnclosedForm.LargestRequest), RequestFormLimits(MultipartBodyLengthLimit = EnclosedForm.LargestRequest)]
public sealed class GiftModel : FundPage
{
    [BindProperty]
    public GiftForm Form { get; set; } = new();

    [BindProperty]
    public EnclosedForm Enclosed { get; set; } = new();

    /// <summary>The agreement a link began with.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Agreement { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? Campaign { get; set; }

    /// <summary>What the last preview showed; what is recorded is what was seen.</summary>
    [BindProperty]
    public string? Seen { get; set; }

    public GiftOffer? Offer { get; private set; }

    public GiftPreview? Preview { get; private set; }

    public string DayType => TypeOf(Form.ReceivedOn);

    public async Task OnGetAsync()
    {
        if (!await Load())
        {
            return;
        }

        GiftPromise? agreement = Offer!.Agreements.FirstOrDefault(row => row.Id == Agreement),
            campaign = Offer.Campaigns.FirstOrDefault(row => row.Id == Campaign);
        Form = new GiftForm
        {
            ReceivedOn = LocalDatePattern.Iso.Format(Offer.Today),
            Account = Offer.Accounts.FirstOrDefault()?.Key,
            Agreement = agreement?.Id,
            Campaign = campaign?.Id,
            Fund = agreement?.FundId ?? campaign?.FundId,
            Donor = agreement?.Donor,
            Kind = agreement?.DonorKind ?? PersonKind.Person,
            Narrative = W["gifts.narrative-default"],
        };
    }

    public Task<IActionResult> OnPostPreviewAsync() => Send(record: false);

    public Task<IActionResult> OnPostAsync() => Send(record: true);

    private async Task<IActionResult> Send(bool record)
    {
        if (!await Load() || !await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct)))
        {
            return Page();
        }

        RecordDonation? gift = Typed();
        if (!ModelState.IsValid || gift is null)
        {
            Unprocessable();
            return Page();
        }

        long voucher = 0;
        if (await Try(async () => Preview = await Session.Ask(new PreviewDonation(gift), Ct)) && record && Seen == Sign(Preview!)
            && await Try(async () => voucher = await Session.Run(gift, Ct)))
        {
            Said = W["gifts.said-recorded"];
            return RedirectToPage("/Vouchers/Show", new { id = voucher });
        }

        ModelState.Remove(nameof(Seen));
        Seen = Preview is null ? null : Sign(Preview);
        return Page();
    }

    /// <summary>What a person sees of an entry, in one line.</summary>
    private static string Sign(GiftPreview preview) => string.Join('|', preview.Lines.Select(line => string.Create(CultureInfo.InvariantCulture,
        $"{line.AccountCode} {line.Side} {line.Amount.Units} {line.Fund} {line.Restriction}")).Append($"{preview.BookedOn} {preview.Clause}"));

    private RecordDonation? Typed()
    {
        Amount? amount = Read("Form.Amount", () => AmountText.ReadPositive(Form.Amount));
        LocalDate day = Read("Form.ReceivedOn", () => DayText.Read(Form.ReceivedOn));
        LocalDate? booked = string.IsNullOrWhiteSpace(Form.BookedOn) ? null : Read<LocalDate?>("Form.BookedOn", () => DayText.Read(Form.BookedOn));
        GiftFund? fund = Offer!.Funds.FirstOrDefault(row => row.FundId == Form.Fund);
        if (fund is null)
        {
            ModelState.AddModelError("Form.Fund", W["form.required"]);
        }

        if (amount is null || fund is null)
        {
            return null;
        }

        bool limits = !string.IsNullOrWhiteSpace(Form.Clause)
            || Offer.Agreements.Any(row => row.Id == Form.Agreement && row.Words.Length > 0)
            || Offer.Campaigns.Any(row => row.Id == Form.Campaign && row.Words.Length > 0);
        GiftLine? line = Offer.Lines.FirstOrDefault(row => row.Id == Form.Line);
        return new RecordDonation(
            FormKey, fund.FundId, Form.Donor ?? "", Form.Kind, amount, line?.OccurredOn ?? day, line?.Account ?? Form.Account ?? "",
            Form.Restriction ?? (limits ? Restriction.Restricted : fund.DefaultRestriction), Form.Clause ?? "", Form.Narrative ?? "", line?.Id,
            booked, Enclosed.Enclosures, IsPart: line is not null && line.Amount != amount,
            Terms: new GiftTerms(Form.Agreement, Form.Campaign, Form.Naming, Form.Channel, Form.WantsReceipt, Form.Order ?? "", Form.Note ?? ""));
    }

    private Task<bool> Load() => Try(async () => Offer = await Session.Ask(new GiftChoices(), Ct));
}
