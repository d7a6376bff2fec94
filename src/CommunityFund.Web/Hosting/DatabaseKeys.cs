using System.Xml;
using System.Xml.Linq;
using CommunityFund.Books;
using CommunityFund.People;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace CommunityFund.Web.Hosting;

/// <summary>Data protection keys in the database: every web process reads every cookie, and a restart signs nobody out.</summary>
internal sealed class DatabaseKeys(Foundation foundation) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using FundDb db = foundation.Open();
        return [.. db.Set<DataProtectionKey>().Select(key => key.Xml).AsEnumerable().Select(Read)];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using FundDb db = foundation.Open();
        db.Add(new DataProtectionKey { FriendlyName = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) });
        db.SaveChanges();
    }

    private static XElement Read(string xml)
    {
        using XmlReader reader =
            XmlReader.Create(new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        return XElement.Load(reader);
    }
}
