using CommunityFund.Books;

namespace CommunityFund.TimeBank.Holders;

/// <summary>存折 and 月结单 on A4: for holders without a phone, and for whoever wants to keep it.</summary>
public static class HolderPaper
{
    /// <summary>The passbook: lots with their last days, and what moved.</summary>
    public static PaperSheet Passbook(StatementOfHolder view, Words words) => Of(view, words, isPassbook: true);

    /// <summary>One month: what there was, what moved, what there is.</summary>
    public static PaperSheet Statement(StatementOfHolder view, Words words) => Of(view, words, isPassbook: false);

    private static PaperSheet Of(StatementOfHolder view, Words words, bool isPassbook)
    {
        string title = words[isPassbook ? "holder.paper.passbook" : "holder.paper.statement"];
        return new PaperSheet(
            title, view.Body, $"{title}-{view.Number}-{view.Until}", PaperSide.Upright, typeof(HolderPrint),
            new Dictionary<string, object?> { [nameof(HolderPrint.View)] = view, [nameof(HolderPrint.IsPassbook)] = isPassbook },
            "holder-print", view.Moves.Count + view.Lots.Count);
    }
}

/// <summary>志愿服务记录证明 on A4, one page where the services fit.</summary>
public static class ServiceCertificatePaper
{
    /// <param name="site">Where people find this installation, such as https://gifts.example.org; it goes into the QR.</param>
    public static PaperSheet Of(CertificateView view, string site, Words words) => new(
        words["certificate.title"], "", $"{words["certificate.title"]}-{view.Number}", PaperSide.Upright, typeof(ServiceCertificatePrint),
        new Dictionary<string, object?> { [nameof(ServiceCertificatePrint.View)] = view, [nameof(ServiceCertificatePrint.Site)] = site },
        "service-certificate", view.Says.Works.Count);

    /// <summary>The page on which anybody sees whether it is genuine.</summary>
    public static string Address(string site, CertificateView view) =>
        $"{site.TrimEnd('/')}/Passbook/Certificate?no={Uri.EscapeDataString(view.Number)}&code={Uri.EscapeDataString(view.Code)}";
}
